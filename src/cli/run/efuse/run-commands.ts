// Shelf: the commands of espefuse: all of a line read first, then burned together.
// In: the commands of one line.
// Out: one result each.

import type { EfuseDevice, EfuseTable } from "../../../efuse.ts";
import { EspError, isEspError } from "../../../index.ts";
import type { RunContext, RunResult } from "../../context.ts";
import { EFUSE_COMMANDS } from "./commands.ts";
import type { Line } from "./line.ts";
import type { KeepBurned, PreparedCommand } from "./prepared.ts";
import { runLine } from "./run-line.ts";
import { firstTableOfChip, tableOfChip } from "./table-of-chip.ts";

/**
 * Runs the commands of one line on one chip. What can be said to be wrong without a chip is said before it is touched:
 * files are read, words are understood, and with `--chip` its names are known, too.
 */
export async function runCommands(contexts: readonly RunContext[]): Promise<readonly RunResult[]> {
  const [first] = contexts;
  if (first === undefined) throw new EspError("internal", "A line without a command came through.");
  const lines: Line[] = [];
  for (const context of contexts) lines.push({ context, command: await prepareCommand(context) });
  const extend = await tableExtension(first);
  await checkOnNamedChip(first, lines, extend);
  const burns = lines.some(mayBurn);
  return await withEfuses(first, burns, (device, keep) => runLine(device, lines, { extend, keep }));
}

function mayBurn({ context, command }: Line): boolean {
  if (context.options.flag("dry-run")) return false;
  return command.kind === "burn" || (command.kind === "check" && context.options.flag("recovery"));
}

async function prepareCommand(context: RunContext): Promise<PreparedCommand> {
  const load = EFUSE_COMMANDS[context.spec.name];
  if (load === undefined) throw new EspError("internal", `The command ${context.spec.name} has no code.`);
  return await (await load()).prepare(context);
}

type ExtendTable = (table: EfuseTable) => EfuseTable;

/** The fields of the user's own. */
async function tableExtension(context: RunContext): Promise<ExtendTable> {
  const file = context.options.text("extend-efuse-table");
  if (file === undefined) return (table) => table;
  return await (await import("./own-fields.ts")).readOwnFields(context, file);
}

async function withEfuses<Result>(
  context: RunContext,
  burns: boolean,
  work: (device: EfuseDevice, keep: KeepBurned) => Promise<Result>,
): Promise<Result> {
  if (context.options.flag("virt"))
    return await (await import("./open-virtual.ts")).withVirtualEfuses(context, burns, work);
  return await (await import("./open-chip.ts")).withChipEfuses(context, work);
}

async function checkOnNamedChip({ options }: RunContext, lines: readonly Line[], extend: ExtendTable): Promise<void> {
  const chip = options.text("chip") ?? "auto";
  if (chip === "auto" && !options.flag("virt")) return;
  const burning = lines.flatMap(({ command }) => (command.kind === "burn" ? [command] : []));
  if (burning.length === 0) return;
  const requestAll = async (table: EfuseTable): Promise<void> => {
    const extended = extend(table);
    for (const command of burning) await command.requests(extended);
  };
  try {
    await requestAll(await tableOfChip(chip));
  } catch (error) {
    if (!isEspError(error)) throw error;
    // What is wrong on every revision is told as on the newest.
    const first = await firstTableOfChip(chip);
    await requestAll(first).catch(() => Promise.reject(error));
  }
}
