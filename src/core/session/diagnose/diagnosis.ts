import type { ErrorCode } from "../../errors.ts";

/** Why no chip answered: evidence first, then what follows from it. Rendered by the CLI, returned as error details. */
export interface ConnectDiagnosis {
  readonly code: ErrorCode;
  readonly port: string;
  /** What was received or noticed, one observation an entry: `boot:0x13 (SPI_FAST_FLASH_BOOT) after the reset`. */
  readonly heard: readonly string[];
  /** Resets and syncs done: `tight reset 50 ms x 2`. */
  readonly tried: readonly string[];
  /** What the evidence means. */
  readonly likely: string;
  /** What to do next, the most promising first. */
  readonly advice: readonly string[];
}
