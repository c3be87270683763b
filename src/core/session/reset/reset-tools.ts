import type { sleep } from "../../clock.ts";
import type { FLASH_BEGIN, FLASH_END } from "../../wire/commands.ts";
import type { LiveSession } from "../session.ts";
import type { readRegister, writeRegisters } from "../talk/registers.ts";
import type { expectLoss } from "../talk/watch-loss.ts";

/** What the other ways to leave a chip are made of, besides what only they need: given, because they are a part of their own. */
export interface ResetTools {
  readonly sleep: typeof sleep;
  /** After a broken-off operation it may be out of step; false: it stays so. */
  readonly canTalk: (session: LiveSession) => Promise<boolean>;
  readonly hardResetChip: (session: LiveSession) => Promise<void>;
  readonly resetThroughLines: (session: LiveSession) => Promise<void>;
  readonly returnToCommonBaud: (session: LiveSession) => Promise<void>;
  readonly expectLoss: typeof expectLoss;
  readonly FLASH_BEGIN: typeof FLASH_BEGIN;
  readonly FLASH_END: typeof FLASH_END;
  readonly readRegister: typeof readRegister;
  readonly writeRegisters: typeof writeRegisters;
}
