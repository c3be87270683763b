import { hexAddress } from "../../bytes/hex.ts";
import { EspError } from "../../errors.ts";

/** W25N01GV, the one NAND chip that the plugin knows (fact sheet 3.17): 1 Gbit. */
export const NAND: {
  readonly pageBytes: number;
  readonly pagesPerBlock: number;
  readonly pages: number;
  readonly blockBytes: number;
  readonly blocks: number;
  readonly sizeBytes: number;
} = {
  pageBytes: 2048,
  pagesPerBlock: 64,
  pages: 64 * 1024,
  blockBytes: 0x20000,
  blocks: 1024,
  sizeBytes: 0x8000000,
};

/** Refuses what is no multiple of an erase block. `what` begins the sentence. */
export function requireBlockMultiple(value: number, what: string): void {
  if (value % NAND.blockBytes === 0) return;
  throw new EspError(
    "flash.unaligned",
    `${what} ${hexAddress(value)} is not a multiple of the NAND block size ${hexAddress(NAND.blockBytes)}.`,
    { hint: "NAND flash is written and erased in blocks of 128 KiB.", details: { value } },
  );
}

/** Refuses a range that does not lie in the flash. */
export function requireInNand(address: number, sizeBytes: number): void {
  if (Number.isSafeInteger(address) && address >= 0 && sizeBytes >= 0 && address + sizeBytes <= NAND.sizeBytes) return;
  throw new EspError(
    "flash.out-of-range",
    `${sizeBytes} bytes at ${hexAddress(address)} do not lie within the ${NAND.sizeBytes} bytes of the NAND flash.`,
    { hint: "Check address and size.", details: { address, sizeBytes, flashBytes: NAND.sizeBytes } },
  );
}

/** Refuses a page that the flash has not. */
export function requirePage(page: number): void {
  if (Number.isInteger(page) && page >= 0 && page < NAND.pages) return;
  throw new EspError("argument.invalid", `The NAND flash has no page ${page}.`, {
    hint: `Pages are numbered from 0 to ${NAND.pages - 1}.`,
    details: { page },
  });
}
