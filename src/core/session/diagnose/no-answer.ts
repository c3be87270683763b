import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError, isEspError, throwIfAborted } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { Link } from "../../link/link.ts";
import type { ConnectOptions } from "../session.ts";
import type { SyncResult } from "../talk/sync.ts";
import { diagnose } from "./diagnose.ts";
import type { ConnectEvidence } from "./diagnosis.ts";

/** What was done, and with what one can go on. What all pages have is given: this is loaded only when nothing answers. */
export interface Unanswered {
  readonly link: Link;
  readonly emit: Emit;
  readonly options: ConnectOptions;
  readonly trail: Pick<ConnectEvidence, "resets" | "syncs" | "losses" | "linesUnsupported">;
  readonly heard: Pick<ConnectEvidence, "noise" | "noiseTotal" | "text" | "panic">;
  /** The rate that the transfer is to have. */
  readonly wantedRate: number;
  readonly sync: () => Promise<SyncResult | null>;
  /** The name of what was expected. */
  readonly expected: string;
  /** Null where any chip would do. */
  readonly loadExpected: () => Promise<ChipDescriptor | null>;
}

/**
 * When no reset and no SYNC was answered: a stub may still be there at another rate. Throws `connect.*` (or `port.busy`, for a
 * server that hangs up) with what all that was seen means.
 */
export async function findOrDiagnose(unanswered: Unanswered): Promise<SyncResult> {
  const evidence = evidenceOf(unanswered);
  const late = await tryOtherRates(unanswered);
  if (late !== null) return late;
  const { link, emit, expected, loadExpected } = unanswered;
  const diagnosis = diagnose({ ...evidence, chip: await loadExpected() });
  throwIfAborted(link.signal);
  emit({ type: "connect.failed", diagnosis });
  throw new EspError(diagnosis.code, `Failed to connect to ${expected}: ${diagnosis.likely}`, {
    hint: diagnosis.advice[0] ?? "Check the wiring.",
    remedies: diagnosis.remedies,
    details: { diagnosis },
  });
}

/** What was heard and done up to now. */
function evidenceOf({ link, options, trail, heard }: Unanswered): Omit<ConnectEvidence, "chip"> {
  const { path, network } = link.port.info;
  const { baudRate } = link;
  return { port: path, network, baudRate, ...trail, ...heard, resetSuppressed: options.before === "no-reset" };
}

/** Rates that people use; after the one that is asked for. */
const USUAL_RATES: readonly number[] = [921_600, 460_800, 230_400];

/**
 * A stub that was left running stays at the rate it had. Looked for only when all else has failed: a ROM takes its rate from
 * the first SYNC that it hears.
 */
async function tryOtherRates({ link, options, trail, wantedRate, sync }: Unanswered): Promise<SyncResult | null> {
  const usual = link.baudRate;
  if (options.before !== "no-reset" || !link.port.capabilities.baud || trail.losses > 0) return null;
  const rates = new Set([wantedRate, ...USUAL_RATES].filter((rate) => rate > usual));
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
