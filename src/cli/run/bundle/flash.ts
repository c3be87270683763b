// Shelf: what a build system built, brought to a chip.
// In: a `RunContext`.
// Out: flash that holds it; before, a page that says what will happen.

import { join } from "node:path";
import type { BundleFile, FlashBundle, FlashPlan } from "../../../bundle.ts";
import { EspError, isEspError, type Session } from "../../../index.ts";
import type { Partition } from "../../../partition.ts";
import { CLI_SESSION, type RunCommand, type RunContext, type RunResult } from "../../context.ts";
import { WOULD_CHANGE } from "../../exit-codes.ts";
import { readFileInFolder } from "../../host/user-files.ts";
import { spiConnection } from "../spi-connection.ts";
import { withWatchedSession } from "../watch/watched-session.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { bundleOfLine } from "./bundle-of-line.ts";
import { chipTable } from "./chip-table.ts";
import { type FoundFile, lossLines, planLines, writtenLines } from "./plan-lines.ts";
import { findInFlash, headerSettings, type NamedFile, proveUntouched, writeChanged } from "./write-changed.ts";

export const run: RunCommand = async (context) => {
  const { options, print, emit } = context;
  const { bundle, root } = await bundleOfLine(context);
  const { planFlash } = await import("../../../bundle.ts");
  const wanted = { only: namesOf(context, "only"), overwriteAll: options.flag("overwrite-all") };
  const erase = namesOf(context, "erase");
  // Without a table of its own the names are of the chip's.
  const isKnown = bundle.partitions !== null;
  const plan = planFlash(bundle, { ...wanted, erase: isKnown ? erase : undefined });
  for (const { message, path, code } of plan.warnings)
    emit({
      type: "warning",
      session: CLI_SESSION,
      code: "bundle.problem",
      message,
      details: { file: path, problem: code },
    });
  const ask = async (session: Session): Promise<RunResult> => {
    requireChip(context, session, bundle);
    const before = await chipTable(context, session, bundle);
    const final = planFlash(bundle, { ...wanted, erase, before: before?.partitions });
    return await write(context, session, { bundle, plan: final, before: before?.partitions ?? null });
  };
  const isDry = options.flag("dry-run");
  // Only a board that somebody names is asked: a build can be looked at without one.
  if (isDry && options.text("port") !== undefined) return await withSession(context, ask);
  if (isDry) {
    for (const line of planLines(bundle, plan)) print(line);
    for (const line of lossLines(plan)) print(line);
    print("Nothing was done, and no board was asked (that takes --port): --dry-run.");
    return { ...bundleFields(bundle), plan: planFields(plan), dryRun: true };
  }
  const stays = bundle.leavesInLoader && !options.given("after") && !options.flag("monitor");
  if (stays) {
    const message = "The chip is left in its loader, as the build asks: with security features it is started by hand.";
    emit({ type: "note", session: CLI_SESSION, code: "bundle.leaves-in-loader", message });
  }
  const watched = { elfFiles: await programsOf(context, bundle, root), baudRate: bundle.monitorBaud };
  return await withWatchedSession(context, watched, ask, stays ? { after: "no-reset" } : {});
};

/** ELF files of the build that can be read, for crashes; of an archive none. */
async function programsOf(context: RunContext, { elfFiles }: FlashBundle, root: string | null): Promise<string[]> {
  if (root === null || !context.options.flag("monitor")) return [];
  const { parseElf } = await import("../../../image.ts");
  const found: string[] = [];
  for (const file of elfFiles) {
    const path = join(root, file);
    try {
      parseElf(await readFileInFolder(context.host, path));
      found.push(path);
    } catch (error) {
      // Without it crashes are told all the same.
      if (!isEspError(error)) throw error;
    }
  }
  return found;
}

interface Work {
  readonly bundle: FlashBundle;
  readonly plan: FlashPlan;
  /** Of the chip. */
  readonly before: readonly Partition[] | null;
}

async function write(context: RunContext, session: Session, { bundle, plan, before }: Work): Promise<RunResult> {
  const { options, signal } = context;
  const { eraseRegion, requireErasable } = await import("../../../index.ts");
  const { uncoveredRanges } = await import("../../../bundle.ts");
  const flash = { ...spiConnection(options), signal, force: options.flag("force") };
  const files = await filesToWrite(context, session, { bundle, plan, before });
  const ranges = plan.erase.flatMap((partition) => uncoveredRanges(partition, files));
  const settings = { ...flash, ...headerSettings(bundle) };
  const found = await findInFlash(session, files, settings);
  for (const line of [...planLines(bundle, plan, found), ...lossLines(plan, found)]) context.print(line);
  // Last, so that nothing is lost where the files cannot be written; looked at first, so that it is not refused then.
  await requireErasable(session, ranges, flash);
  const fields = { ...sessionFields(session), ...bundleFields(bundle), plan: planFields(plan, found) };
  if (options.flag("dry-run")) {
    context.print("Nothing was done: --dry-run.");
    const wouldChange = ranges.length > 0 || found.some(({ state }) => state !== "same");
    return { ...fields, dryRun: true, exitCode: wouldChange ? WOULD_CHANGE : 0 };
  }
  const result = { files: await writeChanged(session, { files, found, settings }) };
  for (const range of ranges) await eraseRegion(session, range, flash);
  if (ranges.length > 0) {
    const proved = files.filter((_, index) => result.files[index]?.verified === "md5");
    const names = plan.erase.map(({ name }) => `'${name}'`).join(", ");
    await proveUntouched(session, { files: proved, settings, since: `what ${names} held was erased` });
  }
  for (const line of writtenLines(plan.files, result.files)) context.print(line);
  return { ...fields, ...result };
}

async function filesToWrite(context: RunContext, session: Session, { plan, before }: Work): Promise<NamedFile[]> {
  const encrypts = plan.files.some(({ encrypted }) => encrypted) && (await encryptsFlash(context, session));
  const files: NamedFile[] = [];
  for (const file of plan.files) {
    const address = file.address ?? (await placeOnChip(file, before));
    files.push({ address, data: file.data, name: file.path, encrypted: file.encrypted && encrypts });
  }
  return files;
}

/** Before the first start of a bootloader with flash encryption files are written as they are, and it encrypts them. */
async function encryptsFlash({ emit }: RunContext, session: Session): Promise<boolean> {
  const { isFlashEncrypted } = await import("../../../index.ts");
  if (await isFlashEncrypted(session)) return true;
  const message =
    "Flash encryption is not on yet: the files are written as they are, and the bootloader encrypts them at its first start.";
  emit({ type: "note", session: CLI_SESSION, code: "bundle.encrypts-later", message });
  return false;
}

/** Of an application alone. Throws `partition.*`. */
async function placeOnChip(
  { path, data, partition }: BundleFile,
  before: readonly Partition[] | null,
): Promise<number> {
  const { resolveRange } = await import("../../../partition.ts");
  const { refuseTooLarge } = await import("../by-name/refuse-too-large.ts");
  if (before === null) {
    throw new EspError(
      "partition.no-table",
      `Nothing says where '${path}' goes: the table of the chip cannot be read.`,
      {
        hint: "Flash the build with its partition table, or write the file to an address.",
      },
    );
  }
  const range = resolveRange(before, partition ?? "app");
  refuseTooLarge([{ address: range.address, data, name: path }], [range]);
  return range.address;
}

function requireChip({ options }: RunContext, session: Session, { chip }: FlashBundle): void {
  if (chip === null || chip === session.chip.id || options.flag("force")) return;
  throw new EspError("image.wrong-chip", `The build is for the ${chip}, and the chip is an ${session.chip.name}.`, {
    hint: "Build for this chip, or take another board. Nothing was written.",
    details: { chip: session.chip.id, wanted: chip },
  });
}

function namesOf({ options }: RunContext, option: string): readonly string[] | undefined {
  if (!options.given(option)) return undefined;
  return options.list(option).flatMap((words) => words.split(",").filter((word) => word !== ""));
}

function bundleFields({ kind, folder, facts }: FlashBundle): RunResult {
  return { bundle: { kind, folder, facts } };
}

function planFields({ files, left, lost, erase }: FlashPlan, found?: readonly FoundFile[]): RunResult {
  return {
    files: files.map(({ data, ...file }, index) => ({
      ...file,
      sizeBytes: data.length,
      ...(found !== undefined && { inFlash: found[index]?.state }),
    })),
    left,
    lost,
    erase: erase.map(({ name }) => name),
  };
}
