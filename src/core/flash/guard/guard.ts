// Shelf: what may be written where, and what must not: sizes, overlaps, secure boot, encryption. Pure but for reading
//   the facts.
// In: files, facts, options.
// Out: nothing, or the refusals in the order in which they matter.

import { hexAddress } from "../../bytes/hex.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { findOverlap } from "../../image/overlap.ts";
import type { SecurityFacts } from "../setup/flash-memo.ts";
import { outOfRange } from "../setup/range.ts";
import { type FlashFile, fileName } from "./file-to-write.ts";

/** Encrypted files are checked like all others, by what they are before. */
export type GuardedFile = FlashFile & { readonly encrypted?: boolean | undefined };

/** Everything the decision whether to write depends on. */
export interface WriteFacts {
  readonly chip: ChipDescriptor;
  readonly security: SecurityFacts;
  /** major x 100 + minor; null where it cannot be read. */
  readonly revision: number | null;
  readonly secureDownload: boolean;
  /** Size of the flash as far as is known, else null. */
  readonly limitBytes: number | null;
  /** Where the loader takes flash to end as long as nobody says how large it is, else null. */
  readonly loaderBytes: number | null;
  readonly reachesBeyond16MiB: boolean;
  /** What data is that begins like no image and is plainly no firmware, as in "an HTML page"; null for anything else. */
  readonly recognise: (data: Uint8Array<ArrayBuffer>) => string | null | Promise<string | null>;
}

/** As `loadSecurityRules` gives it. */
interface GuardsSecurity {
  readonly guardSecurity: (files: readonly GuardedFile[], facts: WriteFacts) => EspError | null;
}

export interface GuardOptions {
  /** Skip what can be wanted by someone who knows: security features, other chip's images. */
  readonly force: boolean;
  /** Null: no security feature is on. */
  readonly rules: GuardsSecurity | null;
  /** What speaks against the files as images, as `judgeImages` says. */
  readonly images: EspError | null;
}

/** The first reason not to write these files, or null (fact sheet 6.1, items 8, 10 and 12). */
export function guardWrite(files: readonly GuardedFile[], facts: WriteFacts, options: GuardOptions): EspError | null {
  return (
    guardArguments(files) ??
    guardOverlap(files) ??
    (options.force ? null : (options.rules?.guardSecurity(files, facts) ?? options.images)) ??
    guardSize(files, facts)
  );
}

/** Addresses that are none. */
export function guardArguments(files: readonly FlashFile[]): EspError | null {
  const wrong = files.find(({ address }) => !Number.isInteger(address) || address < 0 || address > 0xffffffff);
  if (wrong === undefined) return null;
  return new EspError("argument.invalid", `${wrong.address} is no flash address.`, {
    hint: "Give a number from 0 to 0xffffffff.",
    details: { address: wrong.address },
  });
}

/** Two files in one sector would erase each other. */
export function guardOverlap(files: readonly FlashFile[]): EspError | null {
  return findOverlap(files.map((file) => ({ address: file.address, data: file.data, name: fileName(file) })));
}

function guardSize(files: readonly FlashFile[], facts: WriteFacts): EspError | null {
  for (const file of files) {
    const { address, data } = file;
    const { limitBytes } = facts;
    if (limitBytes !== null && address + data.length > limitBytes)
      return new EspError(
        "flash.does-not-fit",
        `'${fileName(file)}' (${data.length} bytes) at ${hexAddress(address)} will not fit in ${limitBytes} bytes of flash.`,
        {
          hint: "Change the address or the flash size.",
          details: { file: fileName(file), address, sizeBytes: data.length, limitBytes },
        },
      );
    // Beyond 16 MiB the loader would wrap around and overwrite the start of the flash.
    const unreachable = outOfRange(address, data.length, { ...facts, flashBytes: null });
    if (unreachable !== null) return unreachable;
    const { loaderBytes } = facts;
    if (limitBytes === null && loaderBytes !== null && data.length > 0 && address + data.length > loaderBytes)
      return new EspError(
        "flash.unknown-size",
        `'${fileName(file)}' ends behind ${hexAddress(loaderBytes)}, where this loader takes flash to end as long as it is not told the size.`,
        {
          hint: "Give the flash size.",
          remedies: ["give-flash-size"],
          details: { file: fileName(file), address, sizeBytes: data.length, loaderBytes },
        },
      );
  }
  return null;
}
