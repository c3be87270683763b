import type { chipEntry } from "../../chip/chip-index.ts";
import type { loadChip } from "../../chip/load-chip.ts";
import { EspError, isEspError, throwIfAborted } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { Link } from "../../link/link.ts";
import type { findPanic, noiseText } from "../../link/noise.ts";
import type { ConnectOptions } from "../session.ts";
import type { SyncResult, syncOnce } from "../talk/sync.ts";
import { diagnose } from "./diagnose.ts";
import type { ConnectEvidence } from "./diagnosis.ts";

/** What was done, and with what one can go on. What all pages have is given: this is loaded only when nothing answers. */
export interface Unanswered {
  readonly link: Link;
  readonly emit: Emit;
  readonly options: ConnectOptions;
  readonly trail: Pick<ConnectEvidence, "resets" | "syncs" | "losses" | "linesUnsupported">;
  readonly tools: {
    readonly noiseText: typeof noiseText;
    readonly findPanic: typeof findPanic;
    readonly syncOnce: typeof syncOnce;
    readonly chipEntry: typeof chipEntry;
    readonly loadChip: typeof loadChip;
  };
}

/**
 * When no reset and no SYNC was answered: a stub may still be there at another rate. Throws `connect.*` (or `port.busy`, for a
 * server that hangs up) with what all that was seen means.
 */
export async function findOrDiagnose(unanswered: Unanswered): Promise<SyncResult> {
  const evidence = evidenceOf(unanswered);
  const late = await tryOtherRates(unanswered);
  if (late !== null) return late;
  const { link, emit, options, tools } = unanswered;
  const { chip: id = "auto", chips } = options;
  const expected = id === "auto" ? "Espressif device" : tools.chipEntry(id).name;
  const diagnosis = diagnose({ ...evidence, chip: id === "auto" ? null : await tools.loadChip(id, chips) });
  throwIfAborted(link.signal);
  emit({ type: "connect.failed", diagnosis });
  throw new EspError(diagnosis.code, `Failed to connect to ${expected}: ${diagnosis.likely}`, {
    hint: diagnosis.advice[0] ?? "Check the wiring.",
    remedies: diagnosis.remedies,
    details: { diagnosis },
  });
}

/** What was heard and done up to now. */
function evidenceOf({ link, options, trail, tools }: Unanswered): Omit<ConnectEvidence, "chip"> {
  const { path, network } = link.port.info;
  const { baudRate, noise } = link;
  const text = tools.noiseText(noise.bytes);
  const heard = { noise: noise.bytes, noiseTotal: noise.total, text, panic: tools.findPanic(text) };
  return { port: path, network, baudRate, ...trail, ...heard, resetSuppressed: options.before === "no-reset" };
}

/** Rates that people use; after the one that is asked for. */
const USUAL_RATES: readonly number[] = [921_600, 460_800, 230_400];

/**
 * A stub that was left running stays at the rate it had. Looked for only when all else has failed: a ROM takes its rate from
 * the first SYNC that it hears.
 */
async function tryOtherRates({ link, options, trail, tools }: Unanswered): Promise<SyncResult | null> {
  const usual = link.baudRate;
  if (options.before !== "no-reset" || !link.port.capabilities.baud || trail.losses > 0) return null;
  const wanted = typeof options.baudRate === "number" ? [options.baudRate] : [];
  const rates = new Set([...wanted, ...USUAL_RATES].filter((rate) => rate > usual));
  const sync = (): Promise<SyncResult | null> => tools.syncOnce(link, link.limits.syncMs);
  for (const rate of rates) {
    try {
      await link.setBaudRate(rate);
      // A rate either works or it does not.
      const result = (await sync()) ?? (await sync());
      if (result !== null) return result;
    } catch (error) {
      if (isEspError(error, "operation.aborted") || !isEspError(error)) throw error;
      // That the port has no such rate, or is gone now, is not why connecting fails.
    }
  }
  return null;
}
