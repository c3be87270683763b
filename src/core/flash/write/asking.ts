import type { LiveSession } from "../../session/session.ts";
import { ASSUMED_EXCHANGE_MS, flashMemo } from "../setup/flash-memo.ts";
import { expectedLineMs } from "../setup/line-rate.ts";
import { askFlash, type Finding } from "../skip/ask-flash.ts";
import { askMs, measuredCosts, type Pace, WRITING, workMs } from "../skip/costs.ts";
import { sentShare } from "../skip/sent-share.ts";
import type { FilePlan, WritePlan } from "./plan-write.ts";

/** Of the time that writing everything takes, so much may be lost by asking, over all files of a write. */
const ALLOWED_SHARE = 0.03;

/** What asking may still cost, for the files of one write together. */
export interface AskingAllowance {
  leftMs: number;
  /** Small files are asked for whatever is left. */
  readonly asksAlways: boolean;
  /** As `sentShare` tells it of the file's data. */
  readonly sentShareOf: (file: FilePlan) => number;
}

/** So small a file is written in the time of some questions; as many of them as are needed to be sure of one. */
const SMALL_BYTES = 0x1_0000;
const SURELY = 3;

/** For the files of a plan that are asked for. */
export function askingAllowance(
  session: LiveSession,
  { files, compressor }: WritePlan,
  { asksAlways }: Pick<AskingAllowance, "asksAlways">,
): AskingAllowance {
  const asked = files.filter(({ approach }) => approach === "differences");
  // Compressing takes its time, and it is wanted twice.
  const known = new Map<FilePlan, number>();
  const sentShareOf = (file: FilePlan): number => {
    const share = known.get(file) ?? sentShare(file.data, compressor);
    known.set(file, share);
    return share;
  };
  const everythingMs = asked.reduce((sum, file) => sum + wholeMs(session, file, sentShareOf(file)), 0);
  return { leftMs: ALLOWED_SHARE * everythingMs, asksAlways, sentShareOf };
}

/** Asks what of a file is in flash already. */
export async function askForFile(session: LiveSession, file: FilePlan, allowance: AskingAllowance): Promise<Finding> {
  const wanted = { address: file.writeAddress, data: file.data };
  const known = pace(session, file, allowance.sentShareOf(file));
  const isSmall = allowance.asksAlways && file.data.length <= SMALL_BYTES;
  const leastMs = isSmall ? SURELY * askMs(measuredCosts(known, []), file.data.length) : 0;
  const found = await askFlash(session, wanted, { ...known, allowanceMs: Math.max(allowance.leftMs, leastMs) });
  allowance.leftMs = Math.max(0, allowance.leftMs - Math.max(0, found.elapsedMs - found.savedMs));
  return found;
}

function wholeMs(session: LiveSession, file: FilePlan, share: number): number {
  return workMs(pace(session, file, share), { address: file.writeAddress, sizeBytes: file.data.length });
}

/** A chip's own USB knows no baud rate and is faster than its flash. */
function pace(session: LiveSession, { data }: FilePlan, share: number): Pace {
  const { usbMode, traits } = session;
  const exchangeMs = flashMemo(session).exchangeMs ?? ASSUMED_EXCHANGE_MS;
  const lineMs = usbMode === "uart" ? expectedLineMs(session, data.length * share) : 0;
  return { exchangeMs, lineMsPerByte: (lineMs + exchangeMs / traits.flashBlockSize) * share, work: WRITING };
}
