/** The values in what the reference's image-info prints. */
export interface ImageInfoText {
  /** `Label: value` lines, the label as printed. */
  readonly fields: ReadonlyMap<string, string>;
  readonly segments: readonly ImageInfoSegment[];
}

export interface ImageInfoSegment {
  readonly sizeBytes: number;
  readonly address: number;
  readonly fileOffset: number;
  readonly memoryTypes: readonly string[];
}

export function parseImageInfoText(text: string): ImageInfoText {
  const fields = new Map<string, string>();
  const segments: ImageInfoSegment[] = [];
  for (const line of text.split("\n")) {
    const row = /^ +\d+ +(0x\w+) +(0x\w+) +(0x\w+) +(.*)$/.exec(line);
    if (row !== null) {
      const [, sizeBytes, address, fileOffset, types = ""] = row;
      segments.push({
        sizeBytes: Number(sizeBytes),
        address: Number(address),
        fileOffset: Number(fileOffset),
        memoryTypes: types.split(", ").filter((type) => type !== ""),
      });
      continue;
    }
    const field = /^([A-Z][^:]*): (.*)$/.exec(line);
    if (field !== null) fields.set(field[1] ?? "", field[2] ?? "");
  }
  return { fields, segments };
}
