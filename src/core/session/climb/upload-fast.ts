import { isEspError, throwIfAborted } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { Noise } from "../../link/noise.ts";
import type { LiveSession, RomSession } from "../session.ts";
import { emitWithout } from "../talk/emit-without.ts";
import type { UploadPace } from "../talk/upload-ram.ts";
import { ascend, aside, tellForgotten } from "./climb.ts";
import type { RateSearch } from "./line-talk.ts";
import { isLineTrouble } from "./prove-rate.ts";
import { forgetRate, keepUploadRate, recallUploadRate } from "./remembered-rate.ts";
import { rungBelow, rungsAbove } from "./rungs.ts";

/** Above it a stub is sent no faster than anybody would notice, and few have asked a ROM loader for more. */
const HIGHEST = 921_600;

/** What every ROM prints when it was started into its loader, unless eFuses keep it silent. */
const DOWNLOAD_TEXT = "waiting for download";

/** At a rate that may lose bytes: RAM takes no time, and a chip that is lost is brought back by a reset. */
const BRISK: UploadPace = { timeoutMs: 250, patience: "short" };

export interface Upload {
  /** Connects anew, from the reset on, at the rate of before: the same ROM loader answers then. */
  readonly again: (emit: Emit) => Promise<void>;
  /** Sends the stub and starts it. */
  readonly startStub: (session: RomSession, plugins: readonly string[], pace?: UploadPace) => Promise<LiveSession>;
}

/**
 * Sends the stub at a higher rate than that of connecting: short messages show that a rate is understood, the checksums of the
 * stub that it carries more. One at which that fails costs a reset, and the next below it is the highest from then on; unless
 * there is none: then it may be the ROM that is to blame.
 *
 * Null, and nothing done, unless the loader was heard to start at the reset: then another reset will bring it back, too.
 *
 * Throws what `again` throws, and `startStub` at the rate of before; `port.lost`, `operation.aborted`.
 */
export async function uploadFast(search: RateSearch<RomSession>, how: Upload): Promise<LiveSession | null> {
  const { session, talk } = search;
  const { link } = session;
  // Where what a plugin transfers fails, nothing lowers the rate.
  const { plugins = [] } = session.connecting;
  if (plugins.length > 0 || !saysDownload(link.noise)) return null;
  const ceiling = session.rate.ceiling ?? talk.lowestRate;
  const remembered = await recallUploadRate(search, ceiling);
  let known = remembered !== null && !remembered.looksHigher ? remembered : null;
  const forget = async (): Promise<void> => {
    if (known === null) return;
    tellForgotten(session, known.baudRate);
    await forgetRate(search, known);
    known = null;
  };
  const top = Math.min(known?.baudRate ?? ceiling, HIGHEST);
  const way = rungsAbove(talk, link.baudRate, top);
  let failed = await ascend(search, known === null ? way : way.slice(-1), known !== null);
  if (known !== null && failed === null && link.baudRate < top) {
    await forget();
    failed = await ascend(search, way.slice(0, -1));
  }
  let isTold = false;
  for (let isReset = false; ; isReset = true) {
    if (failed === null) {
      const uploaded = await tryUpload(search, how, isTold);
      isTold = true;
      if (uploaded !== null) {
        if (isReset || link.baudRate === talk.lowestRate) await keepUploadRate(search, remembered);
        return uploaded;
      }
    }
    const lower = rungBelow(talk, failed ?? link.baudRate);
    await forget();
    // Who leaves resets the chip, which takes an open port.
    throwIfAborted(link.signal);
    await how.again(aside(session.emit));
    if (lower > talk.lowestRate) session.rate.ceiling = lower;
    failed = await ascend(search, rungsAbove(talk, link.baudRate, lower).slice(-1));
  }
}

/** Since the port was opened: the reset follows at once. */
function saysDownload({ bytes }: Noise): boolean {
  return String.fromCharCode(...bytes).includes(DOWNLOAD_TEXT);
}

/** Null: this rate does not carry it. `isTold`: that the stub is uploaded. */
async function tryUpload(search: RateSearch<RomSession>, how: Upload, isTold: boolean): Promise<LiveSession | null> {
  const { session, talk } = search;
  const { link, emit } = session;
  const isRaised = link.baudRate > talk.lowestRate;
  const told = isTold ? { ...session, emit: emitWithout(emit, ["stub.uploading"]) } : session;
  try {
    return { ...(await how.startStub(told, [], isRaised ? BRISK : {})), emit };
  } catch (error) {
    const isLineFault = isLineTrouble(search, error) || isEspError(error, "stub.start-failed");
    if (!isRaised || !isLineFault) throw error;
    emit({ type: "baud.tried", baudRate: link.baudRate, works: false, remembered: false });
    return null;
  }
}
