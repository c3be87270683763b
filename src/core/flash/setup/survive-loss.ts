import { isEspError } from "../../errors.ts";
import { reconnect } from "../../session/connect/reconnect.ts";
import type { LiveSession } from "../../session/session.ts";
import { attachFlash } from "./attach.ts";
import { sendParameters } from "./configure-flash.ts";
import { type FlashMemo, flashMemo, forgetLoader } from "./flash-memo.ts";

/** How often the connection may be lost while one file is written. */
const LOSSES_PER_FILE = 2;

/** Does work that can be done again; when the port is lost meanwhile, the connection is restored and the work begun anew. */
export type SurviveLoss = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * One for each file, as losses are counted; the flash is attached by then. `judgeAgain`: throws where what is on the way must not
 * be gone on with, because of what was done to the chip meanwhile. Of encrypted data nobody can tell how much
 * arrived, and a chip that does not show its MAC address cannot be known again: there a loss ends it all.
 */
export function lossSurvivor(
  session: LiveSession,
  { encrypted }: { readonly encrypted: boolean },
  judgeAgain: () => Promise<void> = async () => {},
): SurviveLoss {
  const setup = { ...flashMemo(session) };
  let left = encrypted || session.mac === null ? 0 : LOSSES_PER_FILE;
  return async (work) => {
    for (let isBack = false; ; isBack = true) {
      try {
        if (isBack) {
          await setUpAgain(session, setup);
          await judgeAgain();
        }
        return await work();
      } catch (error) {
        if (!isEspError(error, "port.lost") || left === 0) throw error;
        left--;
        session.emit({ type: "note", code: "write.connection-lost", message: "Lost connection, retrying..." });
        await reconnect(session, error);
      }
    }
  };
}

/** The loader that answers now knows nothing of what the one before was told. */
export async function setUpAgain(
  session: LiveSession,
  { attachedWith, parametersSizeBytes }: Pick<FlashMemo, "attachedWith" | "parametersSizeBytes">,
): Promise<void> {
  forgetLoader(session);
  await attachFlash(session, attachedWith === null || attachedWith === "" ? undefined : attachedWith);
  if (parametersSizeBytes !== null) await sendParameters(session, parametersSizeBytes);
}
