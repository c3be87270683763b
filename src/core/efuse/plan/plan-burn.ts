// Shelf: what would be burned, decided without touching anything.
// In: a state and requests.
// Out: a `BurnPlan` that lists every bit, what it hides and locks, and cautions.

import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { EspError, isEspError } from "../../errors.ts";
import type { Notice } from "../../events.ts";
import { digestBlock } from "../read/blocks-for.ts";
import { burnRules } from "../table/burn-rules.ts";
import { checkState } from "../table/check-efuses.ts";
import { findBlock, findField } from "../table/find-field.ts";
import type { EfuseState, EfuseTable } from "../table/types.ts";
import { checkRequests } from "../value/check-request.ts";
import type { BurnRequest, BurnRequestInput } from "../value/request.ts";
import { applyRequest } from "./apply/apply-request.ts";
import { type Addition, type Draft, pendingState } from "./draft.ts";
import type { BurnPlan, FieldChange, PlanOptions, RequestOutcome } from "./plan.ts";
import { cautionsOf, codingSchemeClash } from "./plan-cautions.ts";
import { changesOf } from "./plan-changes.ts";
import { hiddenBy, lockedBy } from "./plan-effects.ts";
import { stepsOf } from "./plan-steps.ts";

const checkPlanOptions: Check<PlanOptions> = shape<PlanOptions>({ postpone: optional(checkBoolean) });

/**
 * What burning these requests changes, and nothing else will; nothing is sent to a chip. Requests count in their order,
 * each on top of the ones before. The blocks that `blocksFor` names must have been read.
 *
 * Throws the first refusal: `efuse.*` as the requests' parts say, with `details.request` (its index), and with
 * `details.forcible` where `force` would turn it into a caution.
 *
 * @example
 * const plan = planBurn(state, [{ kind: "field", field: "DIS_USB_JTAG" }], { postpone: true });
 */
export function planBurn(
  state: EfuseState,
  requests: readonly BurnRequestInput[],
  options: PlanOptions = {},
): BurnPlan {
  checkState(state, "state");
  const wanted = checkRequests(requests, "requests");
  const settings = checkPlanOptions(options, "options");
  const draft = newDraft(state, wanted);
  const additions: Addition[] = [];
  const outcomes = wanted.map((request, index) => {
    const { outcome, added } = outcomeOf(draft, request, index);
    additions.push(...added);
    return outcome;
  });
  refuseSchemeClash(draft, outcomes);
  const after = pendingState(draft);
  const changes = changesOf(additions, state, after);
  const effects = { hides: hiddenBy(state, after), locks: lockedBy(state, after) };
  const cautions = [...draft.cautions, ...cautionsOf({ before: state, after, changes, ...effects })];
  return {
    basis: state,
    outcomes,
    changes,
    ...effects,
    cautions: withoutRepeats(cautions),
    steps: stepsOf(state.table, draft.pending, settings.postpone === true),
  };
}

function newDraft(basis: EfuseState, requests: readonly BurnRequest[]): Draft {
  return {
    basis,
    rules: burnRules(basis.table.chip),
    namedBlocks: new Set(requests.flatMap((request) => namedBlock(basis.table, request))),
    pending: new Map(),
    claims: [],
    cautions: [],
    c2Purposes: new Set(),
    voltage: null,
  };
}

/** What is wrong with a name is said when the request is applied. */
function namedBlock(table: EfuseTable, request: BurnRequest): readonly number[] {
  try {
    if (request.kind === "key-digest") return [digestBlock(table, request.block)];
    if (request.kind === "field") return [findField(table, request.field).block];
    return "block" in request && request.block !== undefined ? [findBlock(table, request.block).id] : [];
  } catch (error) {
    if (isEspError(error, "efuse.unknown-name")) return [];
    throw error;
  }
}

interface Applied {
  readonly outcome: RequestOutcome;
  readonly added: readonly Addition[];
}

function outcomeOf(draft: Draft, request: BurnRequest, index: number): Applied {
  const before = pendingState(draft);
  const work = { draft, force: request.force === true, additions: [] as Addition[], remarks: [] as Notice[] };
  try {
    applyRequest(work, request);
  } catch (error) {
    if (!isEspError(error)) throw error;
    const { code, message, hint, remedies, details } = error;
    throw new EspError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      remedies,
      details: { ...details, request: index },
      cause: error.cause,
    });
  }
  const changes = changesOf(work.additions, before, pendingState(draft));
  return { outcome: { request, changes, remarks: work.remarks }, added: work.additions };
}

/** Force counts where it is given to what clashes. */
function refuseSchemeClash(draft: Draft, outcomes: readonly RequestOutcome[]): void {
  if (!codingSchemeClash(draft.basis, draft.pending)) return;
  const clashes = ({ field, block }: FieldChange): boolean => block > 0 || field === "CODING_SCHEME";
  const isForced = outcomes.some(({ request, changes }) => request.force === true && changes.some(clashes));
  const message = "CODING_SCHEME cannot be burned together with BLOCK1 to BLOCK3.";
  if (isForced) draft.cautions.push({ code: "efuse.conflict", message: `Forced: ${message}` });
  else
    throw new EspError("efuse.conflict", message, {
      hint: "Burn CODING_SCHEME first, alone: it decides how the others are coded.",
      details: { forcible: true },
    });
}

function withoutRepeats(notices: readonly Notice[]): readonly Notice[] {
  return [...new Map(notices.map((notice) => [notice.message, notice])).values()];
}
