import type { Compressor } from "../../bytes/deflate.ts";
import type { LiveSession } from "../../session/session.ts";
import { ASSUMED_EXCHANGE_MS, flashMemo } from "../setup/flash-memo.ts";
import { expectedLineMs } from "../setup/line-rate.ts";
import { askFlash, type Finding } from "../skip/ask-flash.ts";
import { askMs, measuredCosts, type Pace, WRITING, workMs } from "../skip/costs.ts";
import type { FilePlan, WritePlan } from "./plan-write.ts";
import { sentShare } from "./sent-share.ts";

/** Of the time that writing everything takes, so much may be lost by asking, over all files of a write. */
const ALLOWED_SHARE = 0.03;

/** What asking may still cost, for the files of one write together. */
export interface AskingAllowance {
  leftMs: number;
  /** Small files are asked for whatever is left. */
  readonly asksAlways: boolean;
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
  const everythingMs = asked.reduce((sum, file) => sum + wholeMs(session, file, compressor), 0);
  return { leftMs: ALLOWED_SHARE * everythingMs, asksAlways };
}

/** Asks what of a file is in flash already. */
export async function askForFile(
  session: LiveSession,
  file: FilePlan,
  { compressor, allowance }: { readonly compressor: Compressor | null; readonly allowance: AskingAllowance },
): Promise<Finding> {
  const wanted = { address: file.writeAddress, data: file.data };
  const known = pace(session, file, compressor);
  const isSmall = allowance.asksAlways && file.data.length <= SMALL_BYTES;
  const leastMs = isSmall ? SURELY * askMs(measuredCosts(known, []), file.data.length) : 0;
  const found = await askFlash(session, wanted, { ...known, allowanceMs: Math.max(allowance.leftMs, leastMs) });
  allowance.leftMs = Math.max(0, allowance.leftMs - Math.max(0, found.elapsedMs - found.savedMs));
  return found;
}

function wholeMs(session: LiveSession, file: FilePlan, compressor: Compressor | null): number {
  return workMs(pace(session, file, compressor), { address: file.writeAddress, sizeBytes: file.data.length });
}

/** A chip's own USB knows no baud rate and is faster than its flash. */
function pace(session: LiveSession, { data }: FilePlan, compressor: Compressor | null): Pace {
  const { usbMode, traits } = session;
  const share = sentShare(data, compressor);
  const exchangeMs = flashMemo(session).exchangeMs ?? ASSUMED_EXCHANGE_MS;
  const lineMs = usbMode === "uart" ? expectedLineMs(session, data.length * share) : 0;
  return { exchangeMs, lineMsPerByte: (lineMs + exchangeMs / traits.flashBlockSize) * share, work: WRITING };
}
