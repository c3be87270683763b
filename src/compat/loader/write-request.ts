import type { WriteFlashOptions } from "../../index.ts";
import { bstrToUi8 } from "../bytes.ts";
import type { FlashOptions } from "./loader-options.ts";

interface NamedFile {
  readonly address: number;
  readonly data: Uint8Array;
  readonly name: string;
}

/** The files of a write, each with a name of its own for messages and progress. */
export function filesToWrite({ fileArray }: FlashOptions): readonly NamedFile[] {
  return fileArray.map(({ data, address }, index) => ({
    address,
    data: typeof data === "string" ? bstrToUi8(data) : data,
    name: `file ${index + 1} at 0x${Number(address).toString(16)}`,
  }));
}

export function settingsOf(options: FlashOptions): WriteFlashOptions {
  const { flashMode = "keep", flashFreq = "keep", flashSize = "keep", eraseAll = false, compress = true } = options;
  return {
    flashMode,
    flashFrequency: flashFreq,
    flashSize,
    eraseAll,
    compress: compress ? "auto" : "never",
    force: options.force ?? false,
  };
}
