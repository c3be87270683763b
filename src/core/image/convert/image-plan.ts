import type { ChipDescriptor } from "../../chip/types.ts";
import type { ElfPiece } from "../elf/loadable-parts.ts";
import type { ImageNotice } from "../notice.ts";
import type { ElfToImageOptions } from "./elf-to-image-options.ts";

/** What the builders of the formats need. */
export interface ImagePlan {
  readonly chip: ChipDescriptor;
  readonly options: ElfToImageOptions;
  readonly entry: number;
  readonly segments: readonly ElfPiece[];
  readonly pageBytes: number;
  /** The ELF file's digest and where it goes; null: nowhere. */
  readonly elfDigest: { readonly offset: number; readonly file: Uint8Array<ArrayBuffer> } | null;
}

export interface BuiltImages {
  readonly outputs: readonly ImageOutput[];
  readonly notices: readonly ImageNotice[];
}

/** One file to write. */
export interface ImageOutput {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where in flash it belongs, if its format fixes that (ESP8266 versions 1 and 2); else null. */
  readonly flashOffset: number | null;
}
