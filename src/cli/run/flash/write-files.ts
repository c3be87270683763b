import { type ChipId, type FirmwareFile, firmwareForChip, type PlacedFile } from "../../../image.ts";
import { EspError, type FileToWrite } from "../../../index.ts";
import type { RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { readPairs } from "../../line/value/read-pairs.ts";
import { elfSettings, readPairedFiles, refuseKnownOverlap, showNotices } from "../image/firmware.ts";
import { refuseOverlap } from "../image/overlap.ts";

/** One file of the line with what is special about it. */
export interface FirmwareToWrite {
  readonly firmware: FirmwareFile;
  readonly encrypted: boolean;
  /** What was written before it. */
  readonly previous: FirmwareFile | null;
}

/**
 * The files of `write-flash`, those to be encrypted among them, before anything is done to a chip.
 * Throws `argument.*`, `file.*`, `image.*`, `flash.overlap`.
 */
export async function readFirmwareToWrite(context: RunContext): Promise<FirmwareToWrite[]> {
  const { options } = context;
  if (options.flag("trust-flash-content") && !options.given("diff-with"))
    throw new EspError("argument.conflict", "The option --trust-flash-content requires --diff-with.", {
      hint: "Give with --diff-with what was written before.",
    });
  const positional = await readPairedFiles(context, context.arguments.pairs);
  const encrypted = await readPairedFiles(context, readPairs(options.list("encrypt-files")));
  refuseKnownOverlap([...positional, ...encrypted]);
  const previous = await readPrevious(context);
  return [
    ...positional.map((firmware, index) => ({ firmware, encrypted: false, previous: previous[index] ?? null })),
    ...encrypted.map((firmware) => ({ firmware, encrypted: true, previous: null })),
  ];
}

/** One a file of the line, as far as they go; null: write that one whole. */
async function readPrevious({ host, options, arguments: { pairs } }: RunContext): Promise<(FirmwareFile | null)[]> {
  const { readFirmwareFile } = await import("../../../image.ts");
  const names = options.list("diff-with");
  if (names.length > pairs.length)
    throw new EspError(
      "argument.invalid",
      `--diff-with names ${names.length} files, but ${pairs.length} are written.`,
      {
        hint: "Give one previous file for each file, in their order; encrypted files have none.",
        details: { previous: names, written: pairs.map(({ file }) => file) },
      },
    );
  const files: (FirmwareFile | null)[] = [];
  for (const [index, name] of names.entries()) {
    const isSkipped = name.toLowerCase() === "skip";
    if (isSkipped && (await host.files.exists(name)))
      throw new EspError("argument.invalid", `There is a file '${name}', and the word also means: no previous file.`, {
        hint: `Rename the file, or write ./${name} for it.`,
        details: { file: name },
      });
    const address = pairs[index]?.address ?? 0;
    files.push(isSkipped ? null : readFirmwareFile(await readInput(host, name), { address, name }));
  }
  return files;
}

/** What goes where on this chip. Throws `image.*`, `flash.overlap`. */
export function filesToWriteFor(
  context: RunContext,
  chip: ChipId,
  firmware: readonly FirmwareToWrite[],
): FileToWrite[] {
  const files = firmware.flatMap((file) => placed(context, chip, file));
  refuseOverlap(files.map(({ address, data, name = "" }) => ({ address, data, name })));
  // As the reference has it: with encrypted files among them, all go by their addresses (fact sheet 6.1, item 14).
  if (firmware.some(({ encrypted }) => encrypted)) files.sort((left, right) => left.address - right.address);
  return files;
}

function placed(context: RunContext, chip: ChipId, { firmware, encrypted, previous }: FirmwareToWrite): FileToWrite[] {
  const settings = elfSettings(context);
  const { files, notices } = firmwareForChip(firmware, chip, settings);
  showNotices(context, notices);
  const before = previous === null ? [] : firmwareForChip(previous, chip, settings).files;
  return files.map((file): FileToWrite => {
    const old = atAddress(before, file.address);
    return { ...file, encrypted, ...(old !== undefined && { previous: old.data }) };
  });
}

/** Files with addresses of their own have parts; a part that is new has no previous one. */
function atAddress(files: readonly PlacedFile[], address: number): PlacedFile | undefined {
  return files.find((file) => file.address === address);
}
