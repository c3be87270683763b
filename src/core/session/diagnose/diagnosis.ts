import type { ChipDescriptor } from "../../chip/types.ts";
import type { ConnectDiagnosis } from "../../error-details.ts";
import type { PortInfo } from "../../port/port.ts";
import type { Remedy } from "../../remedy.ts";

export type { ConnectDiagnosis } from "../../error-details.ts";

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
  readonly noise: Uint8Array<ArrayBuffer>;
  readonly noiseTotal: number;
  /** The same bytes as text. */
  readonly text: string;
  /** The name of a crash in it, or null. */
  readonly panic: string | null;
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
  readonly code: ConnectDiagnosis["code"];
  readonly heard: readonly string[];
  readonly likely: string;
  readonly advice: readonly string[];
  readonly remedies?: readonly Remedy[] | undefined;
}
