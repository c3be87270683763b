import { chipEntry } from "../../chip/chip-index.ts";
import { loadChip } from "../../chip/load-chip.ts";
import { sleep } from "../../clock.ts";
import { EspError, isEspError, throwIfAborted, toEspError } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { Link } from "../../link/link.ts";
import { findPanic, noiseText } from "../../link/noise.ts";
import { loadPart } from "../../load-part.ts";
import type { ReachedBy, ResetOrder } from "../facts/what-was-learnt.ts";
import type { ResetSequence } from "../reset/reset-sequence.ts";
import { customSequence, resetSequencesFor, runResetSequence } from "../reset/reset-sequences.ts";
import type { ConnectOptions } from "../session.ts";
import { askedRate, COMMON_BAUD } from "../talk/common-baud.ts";
import { type SyncResult, syncOnce } from "../talk/sync.ts";
import { tellUnusual } from "../talk/tell-unusual.ts";
import { orderResets } from "./remembered-reset.ts";

const DEFAULT_ATTEMPTS = 7;
const SYNCS_PER_ATTEMPT = 5;
const PAUSE_MS = 50;
/** A chip with its own USB port needs a moment to appear again after a reset. */
const REOPEN_MS = 500;
const MAXIMUM_LOSSES = 3;

interface Trail {
  readonly resets: string[];
  syncs: number;
  losses: number;
  linesUnsupported: boolean;
}

/** A loader that answers. */
export interface Reached extends Pick<SyncResult, "stubRunning"> {
  /** Null: there was none, and was to be none. */
  readonly reset: ReachedBy | null;
  /** With more than one SYNC somebody at the buttons may have done it. */
  readonly syncs: number;
}

function reached(
  { stubRunning }: SyncResult,
  { resets, syncs }: Trail,
  { usual, remembered }: ResetOrder<ResetSequence>,
): Reached {
  return { stubRunning, reset: { worked: resets.at(-1), usual, remembered }, syncs };
}

/**
 * Opens the port and brings a loader to answer a SYNC, by resetting the chip into download mode if that is wanted.
 * Throws `connect.*` with the diagnosis in `details.diagnosis`, or what the port threw when it could not be opened.
 */
export async function reachLoader(link: Link, emit: Emit, options: ConnectOptions): Promise<Reached> {
  const before = options.before ?? "default-reset";
  const wanted = askedRate(options.baudRate) ?? COMMON_BAUD;
  await link.open(before === "no-reset-no-sync" ? wanted : Math.min(COMMON_BAUD, wanted));
  if (before === "no-reset" || before === "no-reset-no-sync")
    await tellUnusual(emit, "note", "connect.no-reset", { before });
  emit({ type: "connect.started", port: link.port.info.path });
  if (before === "no-reset-no-sync") return { stubRunning: false, reset: null, syncs: 0 };
  const trail: Trail = { resets: [], syncs: 0, losses: 0, linesUnsupported: false };
  const usual = before === "no-reset" ? [] : await sequencesFor(link, emit, options, trail);
  const order = await orderResets(usual, link.port.info, options);
  const { sequences } = order;
  const attempts = options.connectAttempts ?? DEFAULT_ATTEMPTS;
  let isBack = false;
  for (let attempt = 1; attempts === "unlimited" || attempt <= attempts; attempt++) {
    throwIfAborted(options.signal);
    try {
      const sequence = sequences[(attempt - 1) % Math.max(1, sequences.length)];
      // A port that went away at the reset and came back shows that the reset worked: listen before doing it again.
      const isDue = sequence !== undefined && !trail.linesUnsupported && !isBack;
      isBack = false;
      if (isDue) await resetInto(link, emit, sequence, attempt, trail);
      const result = await trySync(link, emit, attempt, trail);
      if (result !== null) return reached(result, trail, order);
    } catch (error) {
      if (!isEspError(error, "port.lost")) throw error;
      if (++trail.losses >= MAXIMUM_LOSSES) break;
      await reopen(link);
      isBack = true;
    }
  }
  return reached(await goOnUnanswered(link, emit, options, trail), trail, order);
}

async function sequencesFor(
  link: Link,
  emit: Emit,
  options: ConnectOptions,
  trail: Trail,
): Promise<readonly ResetSequence[]> {
  const { port } = link;
  if (!port.capabilities.lines) {
    trail.linesUnsupported = true;
    // Without a baud rate as well it is a bare connection; that it cannot reset is no surprise (fact sheet 2.3).
    if (!port.capabilities.baud) await tellUnusual(emit, "note", "connect.socket", {});
    else await warnNoLines(link, emit);
  }
  return resetSequencesFor(port, {
    before: options.before ?? "default-reset",
    resetDelayMs: options.resetDelayMs,
    custom: await customSequence(options.customResetSequence),
  });
}

async function warnNoLines(link: Link, emit: Emit): Promise<void> {
  await tellUnusual(emit, "warning", "connect.no-lines", { path: link.port.info.path });
}

async function resetInto(
  link: Link,
  emit: Emit,
  sequence: ResetSequence,
  attempt: number,
  trail: Trail,
): Promise<void> {
  link.discard();
  emit({ type: "connect.reset", attempt, sequence: sequence.name });
  try {
    await runResetSequence(link.port, sequence, link.clock, link.signal);
    trail.resets.push(sequence.name);
  } catch (error) {
    if (!isEspError(error, "port.lines-unsupported")) throw error;
    trail.linesUnsupported = true;
    await warnNoLines(link, emit);
  }
}

async function trySync(link: Link, emit: Emit, attempt: number, trail: Trail): Promise<SyncResult | null> {
  for (let round = 0; round < SYNCS_PER_ATTEMPT; round++) {
    trail.syncs++;
    const result = await syncOnce(link, link.limits.syncMs);
    if (result !== null) return result;
    emit({ type: "connect.sync-failed", attempt });
    await sleep(link.clock, PAUSE_MS, link.signal);
  }
  return null;
}

async function reopen(link: Link): Promise<void> {
  const { baudRate } = link;
  // What was said before the loss is evidence.
  link.discard();
  await link.close();
  for (let tries = 1; ; tries++) {
    await sleep(link.clock, REOPEN_MS, link.signal);
    try {
      await link.open(baudRate);
      return;
    } catch (error) {
      if (tries >= MAXIMUM_LOSSES || !isEspError(error)) throw error;
    }
  }
}

/** Most connections succeed, so what remains to be done, and what a failure means, is loaded when one does not. */
async function goOnUnanswered(link: Link, emit: Emit, options: ConnectOptions, trail: Trail): Promise<SyncResult> {
  link.discard();
  const { findOrDiagnose } = await loadUnanswered(link, trail);
  return await findOrDiagnose({
    link,
    emit,
    options,
    trail,
    tools: { noiseText, findPanic, syncOnce, chipEntry, loadChip },
  });
}

/** Without the part it is told at least that nothing answered. */
async function loadUnanswered(link: Link, { losses }: Trail): Promise<typeof import("../diagnose/no-answer.ts")> {
  try {
    return await loadPart("why no chip answered", () => import("../diagnose/no-answer.ts"));
  } catch (cause) {
    const { message, hint = "" } = toEspError(cause);
    const heard = losses > 0 ? "port-lost" : link.noise.total > 0 ? "garbage" : "silence";
    const diagnosis = {
      code: `connect.${heard}` as const,
      port: link.port.info.path,
      tried: [],
      heard: [`${link.noise.total} bytes that were no answer`],
      likely: message,
      advice: [hint],
      remedies: [],
    };
    throw new EspError(diagnosis.code, `No chip answered. Why is not known: ${message}`, {
      hint,
      details: { diagnosis },
      cause,
    });
  }
}
