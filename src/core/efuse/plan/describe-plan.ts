import type { Notice } from "../../events.ts";
import type { EfuseTable } from "../table/types.ts";
import { keyPurposeOf } from "../value/key-purposes.ts";
import type { BurnRequest } from "../value/request.ts";
import { checkPlan } from "./check-plan.ts";
import { formatBits } from "./draft.ts";
import type { BurnPlan, FieldChange } from "./plan.ts";

/** A change for people and for JSON: no bit of a key is in it. */
export interface DescribedChange {
  readonly block: number;
  readonly blockName: string;
  readonly field: string | null;
  /** `??` where it is secret. */
  readonly from: string;
  readonly to: string;
  /** What the new value stands for, where there is a word for it. */
  readonly meaning: string | null;
  /** Null: secret. */
  readonly bits: readonly number[] | null;
}

export interface DescribedRequest {
  readonly kind: BurnRequest["kind"];
  /** The field or block as it was named; null: the kind says it. */
  readonly target: string | null;
  readonly forced: boolean;
  readonly changes: readonly DescribedChange[];
  readonly remarks: readonly Notice[];
}

export interface DescribedStep {
  readonly block: number;
  readonly blockName: string;
  readonly postponed: boolean;
}

export interface PlanDescription {
  readonly chip: string;
  readonly requests: readonly DescribedRequest[];
  readonly changes: readonly DescribedChange[];
  readonly hides: readonly string[];
  readonly locks: readonly string[];
  readonly cautions: readonly Notice[];
  readonly steps: readonly DescribedStep[];
}

/** The plan as plain data: fit for JSON, without keys, always the same for the same plan. */
export function describePlan(plan: BurnPlan): PlanDescription {
  checkPlan(plan, "plan");
  const { table } = plan.basis;
  return {
    chip: table.chip,
    requests: plan.outcomes.map(({ request, changes, remarks }) => ({
      kind: request.kind,
      target: targetOf(request),
      forced: request.force === true,
      changes: changes.map((change) => describeChange(table, change)),
      remarks,
    })),
    changes: plan.changes.map((change) => describeChange(table, change)),
    hides: plan.hides,
    locks: plan.locks,
    cautions: plan.cautions,
    steps: plan.steps.map(({ block, postponed }) => ({ block, blockName: nameOf(table, block), postponed })),
  };
}

function targetOf(request: BurnRequest): string | null {
  if ("field" in request) return request.field;
  return "block" in request ? (request.block ?? null) : null;
}

function nameOf(table: EfuseTable, block: number): string {
  return table.blocks[block]?.name ?? `BLOCK${block}`;
}

function describeChange(table: EfuseTable, change: FieldChange): DescribedChange {
  const { field, block, secret, width, from, to } = change;
  const show = (value: bigint): string => (secret ? "??" : formatBits(value, width));
  return {
    block,
    blockName: nameOf(table, block),
    field,
    from: show(from),
    to: show(to),
    meaning: secret ? null : meaningOf(table, change),
    bits: secret ? null : change.bits,
  };
}

function meaningOf(table: EfuseTable, { field: name, to }: FieldChange): string | null {
  const field = table.fields.find((candidate) => candidate.name === name);
  if (field === undefined) return null;
  const isWholePurpose =
    field.fieldClass === "key-purpose" && !table.fields.some((other) => other.name === `${field.name}_H`);
  const label = field.labels.get(Number(to)) ?? null;
  return isWholePurpose ? (keyPurposeOf(table, Number(to))?.name ?? null) : label;
}

/** The plan in lines for a person. */
export function planLines(plan: BurnPlan): readonly string[] {
  checkPlan(plan, "plan");
  const { changes, hides, locks, cautions, steps } = describePlan(plan);
  if (steps.length === 0) return ["Nothing to burn.", ...cautions.map(({ message }) => `  ! ${message}`)];
  const blocks = [...new Set(changes.map((change) => change.block))];
  return [
    "What will be burned:",
    ...blocks.flatMap((block) => blockLines(changes.filter((change) => change.block === block))),
    ...namesLine("Nobody can read any more:", hides),
    ...namesLine("Can never be changed any more:", locks),
    ...(cautions.length === 0 ? [] : ["What to know before:"]),
    ...cautions.map(({ message }) => `  ! ${message}`),
    `Order: ${steps.map(({ blockName, postponed }) => (postponed ? `${blockName} (what locks)` : blockName)).join(", ")}.`,
    "A burned bit can never be cleared.",
  ];
}

function blockLines(changes: readonly DescribedChange[]): readonly string[] {
  const [first] = changes;
  if (first === undefined) return [];
  const title = first.blockName === `BLOCK${first.block}` ? first.blockName : `BLOCK${first.block} ${first.blockName}`;
  return [`  ${title}`, ...changes.map((change) => `    ${changeLine(change)}`)];
}

function changeLine({ field, from, to, meaning, bits }: DescribedChange): string {
  const value = `${field ?? "(no field)"} ${from} -> ${to}${meaning === null ? "" : ` (${meaning})`}`;
  if (bits === null) return value;
  return `${value}, ${bits.length === 1 ? "bit" : "bits"} ${ranges(bits)}`;
}

/** `3, 8-11`. */
function ranges(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

function namesLine(title: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [title, `  ${names.join(", ")}`];
}
