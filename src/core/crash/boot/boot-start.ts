import type { ChipId } from "../../chip/types.ts";
import type { ResetKind } from "./reset-reasons.ts";

/** Why the chip was reset. */
export interface BootReset {
  /** The number that the ROM prints. */
  readonly code: number;
  /** As the ROM prints it; of an ESP8266, which prints none, what the number means. */
  readonly name: string | null;
  /** `failure`: nobody asked for it. Null for numbers that are not known. */
  readonly kind: ResetKind | null;
  /** What it means, in one sentence. */
  readonly explanation: string | null;
}

export type BootTroubleKind =
  | "no-bootloader"
  | "flash-read"
  | "bootloader-checksum"
  | "app-damaged"
  | "signature-refused"
  | "no-app";

/** Something that keeps the chip from starting its program. */
export interface BootTrouble {
  readonly kind: BootTroubleKind;
  /** The device's words. */
  readonly text: string;
  /** How often they came. */
  readonly times: number;
  /** What it means, in one sentence. */
  readonly explanation: string;
}

/** What a chip printed while it started. */
export interface BootStart {
  /** As far as the ROM's first line tells. */
  readonly chip: ChipId | null;
  /** When its ROM was built, as the ROM prints it, such as `Jul 29 2019`: it tells which ROM that is. */
  readonly romBuild: string | null;
  /** Null where that line was not seen. */
  readonly reset: BootReset | null;
  /** The strapping pins as a number, and what the ROM makes of them. */
  readonly boot: { readonly value: number; readonly name: string | null } | null;
  /** It waits to be flashed. */
  readonly isDownloadMode: boolean;
  /** Where the program was before the reset, as newer chips tell. */
  readonly savedPc: number | null;
  readonly troubles: readonly BootTrouble[];
  /** The beginning of the SHA-256 of the program's ELF file, where the program tells while it starts. */
  readonly elfSha256: string | null;
  /** Starts in a row for the same reason, this one counted: within ten seconds where times are known. */
  readonly repeats: number;
}
