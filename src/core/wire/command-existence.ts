import type { LoaderTraits } from "../chip/loader-traits.ts";
import type { ChipDescriptor } from "../chip/types.ts";
import type { Command } from "./command.ts";

/** Who would have to answer a command. */
export interface Answerer {
  readonly chip: Pick<ChipDescriptor, "rom">;
  readonly traits: LoaderTraits;
  /** The chip is locked to a few commands. */
  readonly secureDownload: boolean;
}

type Condition = (answerer: Answerer) => boolean;

/** A locked ROM takes what writes flash, and little else (fact sheet 3.16). */
const unlocked: Condition = ({ secureDownload }) => !secureDownload;
const inStub: Condition = ({ traits }) => traits.kind === "stub";
const compressing: Condition = ({ traits }) => traits.canCompress;

/** By the names of commands; every loader has the others. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  MEM_BEGIN: unlocked,
  MEM_END: unlocked,
  MEM_DATA: unlocked,
  WRITE_REG: unlocked,
  READ_REG: unlocked,
  SPI_SET_PARAMS: ({ traits }) => traits.hasSetParams,
  SPI_ATTACH: ({ chip, traits }) => traits.kind === "stub" || chip.rom.hasFlashCommands,
  READ_FLASH_SLOW: ({ traits }) => traits.canReadSlow,
  CHANGE_BAUDRATE: ({ chip, traits }) => traits.kind === "stub" || chip.rom.canChangeBaud,
  FLASH_DEFL_BEGIN: compressing,
  FLASH_DEFL_DATA: compressing,
  FLASH_DEFL_END: compressing,
  SPI_FLASH_MD5: ({ traits }) => traits.md5Reply !== null,
  GET_SECURITY_INFO: ({ chip }) => chip.rom.hasSecurityInfo,
  ERASE_FLASH: ({ traits }) => traits.canEraseFlash,
  ERASE_REGION: ({ traits }) => traits.canEraseRegion === "command",
  READ_FLASH: ({ traits }) => traits.canReadFast,
  RUN_USER_CODE: inStub,
  NAND_ATTACH: inStub,
  NAND_READ_SPARE: inStub,
  NAND_WRITE_SPARE: inStub,
  NAND_READ: inStub,
  NAND_BEGIN: inStub,
  NAND_DATA: inStub,
  NAND_ERASE_ALL: inStub,
  NAND_ERASE_REGION: inStub,
  NAND_END: inStub,
};

/** The loader has this command and does not refuse it; of a plugin's commands, once the plugin is there. */
export function existsIn({ name }: Pick<Command<never, unknown>, "name">, answerer: Answerer): boolean {
  return CONDITIONS[name]?.(answerer) ?? true;
}
