import { hexAddress } from "../../bytes/hex.ts";

/** A file and where it goes. */
export interface FlashFile {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
  /** For messages; default: the address. */
  readonly name?: string | undefined;
}

/** A file for a write, with what is special about it. */
export interface FileToWrite extends FlashFile {
  /** Have the chip encrypt it on its way to flash, with the key in its eFuses. */
  readonly encrypted?: boolean | undefined;
  /** What was written at this address before: only sectors that differ from it are written. */
  readonly previous?: Uint8Array<ArrayBuffer> | undefined;
}

/** Bytes that an encrypted write must start and end at a multiple of, where the chip does not say (fact sheet 3.15). */
const USUAL_ENCRYPTED_ALIGNMENT = 16;

export function encryptedAlignment(chip: { readonly encryptedWriteAlignment: number | null }): number {
  return chip.encryptedWriteAlignment ?? USUAL_ENCRYPTED_ALIGNMENT;
}

export function fileName(file: FlashFile): string {
  return file.name ?? hexAddress(file.address);
}
