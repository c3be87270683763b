import type { ChipId } from "../../core/chip/types.ts";

export type EfuseChipId = Exclude<ChipId, "esp8266">;

/** One row of the generated table; `efuseLayout` reads the texts. Offsets count from `base`. */
export interface EfuseLayoutRow {
  readonly base: number;
  /** Of the register page, and of the file that holds it. */
  readonly sizeBytes: number;
  /** Offset of the register that takes the op codes. */
  readonly configuration: number;
  readonly command: number;
  /** `read offset:words:write offset[:w bit][:r bit[=first word-last word]]` for each block. */
  readonly blocks: string;
  /** `word.bit` of BLOCK0 where RD_DIS begins; WR_DIS begins at bit 0 of word 0 everywhere. */
  readonly readDisable: string;
  /** `bit of WR_DIS=word:mask[,word:mask]`: what it locks in BLOCK0. */
  readonly locks: string;
  /** The same from chip revision 3.0 on, where it differs. */
  readonly locksV3?: string | undefined;
  /** `bit of RD_DIS=word:mask[,word:mask]`: what it hides in BLOCK0. */
  readonly hidden: string;
  /** First error register of BLOCK0, then `register.shift of the count/register.bit of the failure` for each block. */
  readonly errors: string;
  /** `register:value`: what a burn leaves in the timing registers of a `--virt` file (fact sheet efuse-secure A15). */
  readonly timing: string;
  /** `register:mask`: what must not be 0 for a burn to work. */
  readonly timingNeeded: string;
  /** `word.bit` of BLOCK0; empty where the chip has no such fuse. */
  readonly downloadOff: string;
  readonly secureDownload: string;
}
