// Room: manifests by which web pages install firmware (fact sheet install-page 5.4, web-and-webusb 11).
// In: the text of a manifest; what is known of a chip; what its firmware says of itself.
// Out: builds, the one that fits, what an install does to what is on the chip, addresses of files.

import type { FlashMode } from "../chip/flash-codes.ts";
import type { ChipId } from "../chip/types.ts";

/** How a chip is connected: its own USB, or a bridge to its UART. */
export type SerialType = "cdc" | "uart";

/** A file of a build. */
export interface ManifestPart {
  /** As written: an address in the web, absolute or relative to the manifest. */
  readonly path: string;
  /** In flash. Null: at the beginning of `partition`. */
  readonly offset: number | null;
  readonly partition: string | null;
  /** In hexadecimal digits. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  /** Has to be encrypted on a chip whose flash is. */
  readonly encrypted: boolean;
}

/** As for the header of the bootloader: a word, or `keep`. */
export interface ManifestFlashSettings {
  readonly mode: FlashMode | "keep";
  readonly frequency: string;
  readonly size: string;
}

/** One way to install the firmware. */
export interface ManifestBuild {
  /** Counts from 0, in the order of the manifest. */
  readonly index: number;
  /** As written: `ESP32-C3`. */
  readonly chipFamily: string;
  /** Null: a chip that nobody knows. */
  readonly chip: ChipId | null;
  /** Null: for both. */
  readonly serialType: SerialType | null;
  readonly label: string | null;
  /** Major x 100 + minor. */
  readonly minRevision: number | null;
  readonly flashSizeMB: number | null;
  readonly psramSizeMB: number | null;
  readonly flash: ManifestFlashSettings;
  readonly baudRate: number | null;
  readonly parts: readonly ManifestPart[];
  /** What is wrong with it, as a sentence; null: nothing. It does not matter while another build is chosen. */
  readonly problem: string | null;
}

export interface InstallManifest {
  readonly name: string | null;
  readonly version: string | null;
  /** The integration, for a link that adds the device there. */
  readonly homeAssistantDomain: string | null;
  /** With http or https. */
  readonly fundingUrl: string | null;
  /** A new install asks before it erases; else it erases. */
  readonly promptErase: boolean;
  /** Seconds to wait for Improv after an install; 0: no Improv at all; null: as is usual. */
  readonly improvWaitSeconds: number | null;
  /** At which the firmware prints. */
  readonly consoleBaud: number | null;
  /** Partitions that are kept as settings are. */
  readonly preserve: readonly string[];
  /** For people, as plain text. */
  readonly notes: string | null;
  readonly builds: readonly ManifestBuild[];
}
