import { EspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { runSpiCommand } from "./spi-command.ts";

const READ_SFDP = 0x5a;
const DUMMY_CYCLES = 8;
/** "SFDP" in the first four bytes (JESD216). */
export const SFDP_SIGNATURE = 0x50444653;

/** Up to four bytes of the flash chip's parameter table, first byte lowest. Throws `argument.invalid`. */
export async function readSfdpWord(session: LiveSession, address: number, byteCount: number): Promise<number> {
  if (!Number.isInteger(byteCount) || byteCount < 1 || byteCount > 4)
    throw new EspError("argument.invalid", `Cannot read ${byteCount} bytes of the parameter table at once.`, {
      hint: "Ask for 1 to 4 bytes.",
      details: { byteCount },
    });
  return await runSpiCommand(session, {
    command: READ_SFDP,
    address,
    dummyCycles: DUMMY_CYCLES,
    readBits: byteCount * 8,
  });
}
