import { type EfuseDevice, type EfuseState, type EfuseTable, readEfuses } from "../../../efuse.ts";
import type { RunResult } from "../../context.ts";
import type { Burning, Line } from "./line.ts";
import type { KeepBurned } from "./prepared.ts";
import { registerLines } from "./register-lines.ts";

/** What is known of the chip while a line runs. */
interface Progress {
  /** Null: what was burned keeps the chip from being read any more. */
  state: EfuseState | null;
  readonly keep: KeepBurned;
  readonly results: Map<Line, RunResult>;
  /** Read commands that have been shown. */
  readonly shown: Line[];
  /** Those of them whose output is older than what was burned. */
  stale: readonly Line[];
}

/**
 * Everything is read once, each command has its say in turn, and what is to be burned is burned in one go: by the only
 * burning command at its place, by several behind all of the line. A read command that stood before the burn is shown
 * once more behind it.
 */
export async function runLine(
  device: EfuseDevice,
  lines: readonly Line[],
  { extend, keep }: { readonly extend: (table: EfuseTable) => EfuseTable; readonly keep: KeepBurned },
): Promise<readonly RunResult[]> {
  const [first] = lines;
  if (first === undefined) return [];
  const { context } = first;
  const table = extend((await readEfuses(device, { blocks: [] })).table);
  const burning = await prepareBurning(lines, table);
  const state = await readEfuses(device, { table, blocks: blocksOf(lines, burning, table), signal: context.signal });
  for (const line of registerLines(context, state)) context.print(line);

  const progress: Progress = { state, keep, results: new Map(), shown: [], stale: [] };
  for (const line of lines) {
    announceCommand(line);
    if (line.command.kind !== "burn" || burning === null) await show(device, line, progress);
    else {
      burning.announce(line, state);
      if (burning.isBatch) context.print("Batch mode is enabled, the burn will be done at the end of the command.");
      else await burn(device, burning, progress);
    }
  }
  if (burning?.isBatch) await burn(device, burning, progress);
  for (const line of progress.stale) {
    announceCommand(line);
    await show(device, line, progress);
  }
  return lines.map((line) => progress.results.get(line) ?? {});
}

function announceCommand({ context }: Line): void {
  context.print("");
  context.print(`=== Run "${context.spec.name}" command ===`);
}

/** Null where nothing is to be burned: most lines, and they need none of its code. */
async function prepareBurning(lines: readonly Line[], table: EfuseTable): Promise<Burning | null> {
  if (!lines.some(({ command }) => command.kind === "burn")) return null;
  return await (await import("./burn-line.ts")).prepareBurning(lines, table);
}

function blocksOf(lines: readonly Line[], burning: Burning | null, table: EfuseTable): ReadonlySet<number> {
  const all = table.blocks.map(({ id }) => id);
  // Whoever looks for a fault wants to see all there is.
  if (lines.some(({ context, command }) => context.options.flag("debug") || command.kind === "check")) {
    return new Set(all);
  }
  return new Set([...(burning?.blocks ?? []), ...lines.flatMap(({ command }) => [...(command.blocks?.(table) ?? [])])]);
}

async function show(device: EfuseDevice, line: Line, progress: Progress): Promise<void> {
  const { command, context } = line;
  if (progress.state === null) {
    context.print("The chip cannot be read any more, because of what was burned.");
    return;
  }
  if (command.kind === "read") progress.results.set(line, await command.show(progress.state));
  if (command.kind === "check") {
    const { result, state } = await command.check(device, progress.state, progress.keep);
    progress.results.set(line, result);
    progress.state = state;
  }
  progress.shown.push(line);
}

async function burn(device: EfuseDevice, burning: Burning, progress: Progress): Promise<void> {
  if (progress.state === null) return;
  const { result, state, burned } = await burning.burn(device, progress.state, progress.keep);
  for (const line of burning.lines) progress.results.set(line, result);
  if (!burned) return;
  progress.state = state;
  progress.stale = [...progress.shown];
}
