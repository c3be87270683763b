import { EspError, type FileToWrite, type FlashMode, type Session, type WriteFlashOptions } from "../../../index.ts";
import type { RunCommand, RunContext, RunResult } from "../../context.ts";
import type { OptionValues } from "../../line/option-values.ts";
import { type TableSource, tableFromFile } from "../by-name/chip-table.ts";
import { hasNames, placePairs, requireFiles } from "../by-name/named-ranges.ts";
import { refuseTooLarge } from "../by-name/refuse-too-large.ts";
import { warnCrossing } from "../by-name/warn-crossing.ts";
import { firmwareFor, readFirmware } from "../image/firmware.ts";
import { isNand, nandOptions, noteIgnored } from "../nand.ts";
import { spiConnection } from "../spi-connection.ts";
import { withWatchedSession } from "../watch/watched-session.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { compareInstead } from "./dry-run.ts";
import { filesToWriteFor, readFirmwareToWrite } from "./write-files.ts";

export const run: RunCommand = (context) => (isNand(context.options) ? writeToNand(context) : writeToNor(context));

const writeToNor: RunCommand = async (context) => {
  const table = await tableFromFile(context);
  if (hasNames(context)) return await writeByName(context, table);
  const firmware = await readFirmwareToWrite(context);
  return await withWatchedSession(context, {}, async (session) => {
    const files = filesToWriteFor(context, session.chip.id, firmware);
    if (table !== null) warnCrossing(context, files, table.partitions);
    return await writeOrCompare(context, session, files);
  });
};

async function writeByName(context: RunContext, table: TableSource | null): Promise<RunResult> {
  await requireFiles(context);
  return await withWatchedSession(context, {}, async (session) => {
    const named = await placePairs(context, session, table);
    const { placed } = named;
    const files = filesToWriteFor(placed, session.chip.id, await readFirmwareToWrite(placed));
    refuseTooLarge(files, named.ranges);
    warnCrossing(context, files, named.table.partitions);
    return await writeOrCompare(context, session, files);
  });
}

async function writeOrCompare(
  context: RunContext,
  session: Session,
  files: readonly FileToWrite[],
): Promise<RunResult> {
  const options = { ...writeOptions(context.options), signal: context.signal };
  if (context.options.flag("dry-run")) return await compareInstead(context, session, files, options);
  const { writeFlash } = await import("../../../index.ts");
  return { ...sessionFields(session), ...(await writeFlash(session, files, options)) };
}

/** What else a write may be asked for, and NAND flash has not (fact sheet 3.17). */
const NOR_ONLY: readonly string[] = [
  "erase-all",
  "flash-mode",
  "flash-freq",
  "flash-size",
  "compress",
  "no-compress",
  "encrypt",
  "encrypt-files",
  "diff-with",
  "trust-flash-content",
  "skip-flashed",
  "no-skip",
  "monitor",
];

const writeToNand: RunCommand = async (context) => {
  if (context.options.flag("dry-run")) {
    throw new EspError("argument.unsupported", "What is in NAND flash cannot be asked for by digests.", {
      hint: "verify-flash compares it with files; without --dry-run it is written.",
    });
  }
  const endAddress = context.options.number("nand-end-address");
  const nand = { ...nandOptions(context), ...(endAddress !== undefined && { endAddress }) };
  noteIgnored(context, NOR_ONLY);
  hasNames(context);
  const firmware = await readFirmware(context);
  return await withSession(context, async (session) => {
    const files = await firmwareFor(context, session.chip.id, firmware);
    const { writeNand } = await import("../../../index.ts");
    return { ...sessionFields(session), ...(await writeNand(session, files, nand)) };
  });
};

function writeOptions(options: OptionValues): WriteFlashOptions {
  return {
    compress: options.flag("compress") ? "always" : options.flag("no-compress") ? "never" : "auto",
    eraseAll: options.flag("erase-all"),
    force: options.flag("force"),
    // The declaration of the option allows these words only.
    flashMode: (options.text("flash-mode") ?? "keep") as FlashMode | "keep",
    flashFrequency: options.text("flash-freq") ?? "keep",
    flashSize: options.text("flash-size") ?? "keep",
    encrypt: options.flag("encrypt"),
    ignoreFlashEncryptionEfuses: options.flag("ignore-flash-enc-efuse"),
    skip: !options.flag("no-skip"),
    skipFlashed: options.flag("skip-flashed"),
    trustFlashContent: options.flag("trust-flash-content"),
    ...spiConnection(options),
  };
}
