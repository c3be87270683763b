import { EspError, type PlacedFile } from "../../../image.ts";

const SECTOR = 4096;

/** Two files in one sector: writing the second would erase the first. Throws `flash.overlap` (fact sheet 1.4). */
export function refuseOverlap(files: readonly PlacedFile[]): void {
  const sorted = files.filter((file) => file.data.length > 0).sort((a, b) => a.address - b.address);
  let end = 0;
  let before: PlacedFile | undefined;
  for (const file of sorted) {
    const { address, name, data } = file;
    if (before !== undefined && Math.floor(address / SECTOR) * SECTOR < end) {
      throw new EspError(
        "flash.overlap",
        `Detected overlap at address: 0x${address.toString(16)} for file: ${name}, which shares a sector of 4096 bytes with ${before.name}.`,
        {
          hint: "Move one of the files, or merge them into one.",
          details: { address, files: [before.name, name] },
        },
      );
    }
    end = Math.ceil((address + data.length) / SECTOR) * SECTOR;
    before = file;
  }
}
