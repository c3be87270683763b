import type { RomSession } from "../session.ts";
import type { ResetTools } from "./reset-tools.ts";

const SOFT_RESET_MS = 50;

/** Asks the ROM loader to run the application in flash. Throws `link.*`, `port.*`. */
export async function startApplication({ link, traits }: RomSession, tools: ResetTools): Promise<void> {
  tools.expectLoss(link);
  await link.exchange(tools.FLASH_BEGIN, {
    sizeBytes: 0,
    blocks: 0,
    blockSize: traits.flashBlockSize,
    address: 0,
    encrypted: traits.sendsEncryptedWord ? 0 : undefined,
  });
  await link.send(tools.FLASH_END, { stay: 1 });
  // No answer comes; closing the port at once could drop the request.
  await tools.sleep(link.clock, SOFT_RESET_MS);
}
