import type { ImageOutput } from "../../../image.ts";
import type { RunContext } from "../../context.ts";
import { writeOutput } from "../../host/user-files.ts";

/** What was written, for `--json`. */
export interface WrittenImage {
  readonly file: string;
  readonly sizeBytes: number;
  /** Where in flash it belongs, if its format fixes that. */
  readonly flashOffset: number | null;
}

/** Each output under its name. Throws `file.unwritable`. */
export async function writeImages(
  context: RunContext,
  outputs: readonly ImageOutput[],
  names: readonly string[],
): Promise<WrittenImage[]> {
  const written: WrittenImage[] = [];
  for (const [index, { bytes, flashOffset }] of outputs.entries()) {
    const file = names[index] ?? "";
    await writeOutput(context.host, file, bytes);
    const place = flashOffset === null ? "" : `, to be flashed to 0x${flashOffset.toString(16)}`;
    context.print(`Wrote ${bytes.length} bytes to file '${file}'${place}.`);
    written.push({ file, sizeBytes: bytes.length, flashOffset });
  }
  return written;
}
