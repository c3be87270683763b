import {
  type BurnPlan,
  type BurnRequest,
  blocksFor,
  type EfuseState,
  type EfuseTable,
  planBurn,
} from "../../../efuse.ts";
import type { RunContext } from "../../context.ts";
import { burnPlan } from "./burn-plan.ts";
import type { Burning, Line } from "./line.ts";
import type { BurnCommand } from "./prepared.ts";

interface Wanted {
  readonly line: Line;
  readonly command: BurnCommand;
  readonly requests: readonly BurnRequest[];
}

export async function prepareBurning(lines: readonly Line[], table: EfuseTable): Promise<Burning> {
  const wanted: Wanted[] = [];
  for (const line of lines) {
    const { command } = line;
    if (command.kind === "burn") wanted.push({ line, command, requests: await command.requests(table) });
  }
  const announced: Wanted[] = [];
  return {
    lines: wanted.map(({ line }) => line),
    isBatch: wanted.length > 1,
    blocks: blocksFor(table, requestsOf(wanted)),
    announce(line, state) {
      const next = wanted.find((candidate) => candidate.line === line);
      if (next === undefined) return;
      const before = requestsOf(announced).length;
      announced.push(next);
      next.command.announce(planFor(announced, state).outcomes.slice(before), state);
    },
    async burn(device, state, keep) {
      const context = contextOf(wanted);
      const plan = planFor(announced, state);
      const outcome = await burnPlan(device, plan, context);
      // Nothing is called done before that.
      if (outcome.burned) await keep(namesOf(plan));
      if (outcome.burned && outcome.state !== null) {
        for (const { command } of announced) command.afterBurn?.(outcome.state);
      }
      if (!context.options.flag("dry-run")) context.print("Successful.");
      return outcome;
    },
  };
}

/** Of the fields that a plan changes; where bits belong to none, of their block. */
function namesOf({ basis, changes }: BurnPlan): string[] {
  return [...new Set(changes.map(({ field, block }) => field ?? basis.table.blocks[block]?.name ?? `BLOCK${block}`))];
}

function requestsOf(wanted: readonly Wanted[]): BurnRequest[] {
  return wanted.flatMap(({ requests }) => [...requests]);
}

function planFor(wanted: readonly Wanted[], state: EfuseState): BurnPlan {
  return planBurn(state, requestsOf(wanted), { postpone: !contextOf(wanted).options.flag("no-postpone") });
}

/** The options that count are those of the whole line. */
function contextOf([first]: readonly Wanted[]): RunContext {
  if (first === undefined) throw new RangeError("nothing is to be burned");
  return first.line.context;
}
