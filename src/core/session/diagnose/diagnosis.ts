import type { ChipDescriptor } from "../../chip/types.ts";
import type { ErrorCode } from "../../errors.ts";
import type { PortInfo } from "../../port/port.ts";

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

/** All that was seen while trying to connect. */
export interface ConnectEvidence {
  readonly port: string;
  /** How the port is reached, where that is a network. */
  readonly network?: PortInfo["network"] | undefined;
  readonly baudRate: number;
  /** Name of each reset sequence that was run, in order. */
  readonly resets: readonly string[];
  readonly syncs: number;
  /** Bytes that were no answer (the last of them), and how many there were in all. */
  readonly noise: Uint8Array;
  readonly noiseTotal: number;
  /** The port has no modem lines, or they could not be set. */
  readonly linesUnsupported: boolean;
  /** The caller asked for no reset. */
  readonly resetSuppressed: boolean;
  /** How often the device vanished while trying. */
  readonly losses: number;
  /** The expected chip, when there is one: names its boot pin. */
  readonly chip: ChipDescriptor | null;
}

export interface Verdict {
  readonly code: ErrorCode;
  readonly heard: readonly string[];
  readonly likely: string;
  readonly advice: readonly string[];
}
