import { isEspError } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { Noise } from "../../link/noise.ts";
import type { LiveSession, RomSession } from "../session.ts";
import { ascend, aside, tellForgotten } from "./climb.ts";
import type { RateSearch } from "./line-talk.ts";
import { isLineTrouble } from "./prove-rate.ts";
import { forgetRate, keepUploadRate, recallUploadRate } from "./remembered-rate.ts";
import { rungBelow, rungsAbove } from "./rungs.ts";

/** Above it a stub is sent no faster than anybody would notice, and few have asked a ROM loader for more. */
const HIGHEST = 921_600;

/** What every ROM prints when it was started into its loader, unless eFuses keep it silent. */
const DOWNLOAD_TEXT = "waiting for download";

export interface Upload {
  /** Connects anew, from the reset on, at the rate of before: the same ROM loader answers then. */
  readonly again: (emit: Emit) => Promise<void>;
  /** Sends the stub and starts it. */
  readonly upload: () => Promise<LiveSession>;
}

/**
 * Sends the stub at a higher rate than that of connecting: short messages show that a rate is understood, the checksums of the
 * stub that it carries more. One at which that fails costs a reset, and the next below it is the highest from then on; unless
 * there is none: then it may be the ROM that is to blame.
 *
 * Only where the loader was heard to start at the reset: then another reset will bring it back, too.
 *
 * Throws what `again` throws, and `upload` at the rate of before; `port.lost`, `operation.aborted`.
 */
export async function uploadFast(search: RateSearch<RomSession>, how: Upload): Promise<LiveSession> {
  const { session, talk } = search;
  const { link } = session;
  if (!saysDownload(link.noise)) return await how.upload();
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
  for (let hasCostReset = false; ; hasCostReset = true) {
    const uploaded = failed === null ? await tryUpload(search, how) : null;
    if (uploaded !== null) {
      if (hasCostReset) await keepUploadRate(search);
      return uploaded;
    }
    const lower = rungBelow(talk, failed ?? link.baudRate);
    await forget();
    await how.again(aside(session.emit));
    if (lower > talk.lowestRate) session.rate.ceiling = lower;
    failed = await ascend(search, rungsAbove(talk, link.baudRate, lower).slice(-1));
  }
}

/** Since the port was opened: the reset follows at once. */
function saysDownload({ bytes }: Noise): boolean {
  return String.fromCharCode(...bytes).includes(DOWNLOAD_TEXT);
}

/** Null: this rate does not carry it. */
async function tryUpload(search: RateSearch<RomSession>, how: Upload): Promise<LiveSession | null> {
  const { link, emit } = search.session;
  try {
    return await how.upload();
  } catch (error) {
    const isLineFault = isLineTrouble(search, error) || isEspError(error, "stub.start-failed");
    if (link.baudRate <= search.talk.lowestRate || !isLineFault) throw error;
    emit({ type: "baud.tried", baudRate: link.baudRate, works: false, remembered: false });
    return null;
  }
}
