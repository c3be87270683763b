import type { ChipId } from "../../../src/core/chip/types.ts";
import type { EfuseDevice } from "../../../src/core/efuse/read/device.ts";
import { virtualEfuses } from "../../../src/virtual/efuse/efuse-memory.ts";

export type EfuseChip = Exclude<ChipId, "esp8266">;

export interface FileDevice extends EfuseDevice {
  /** Addresses, in the order in which they were read. */
  readonly read: number[];
}

/** The eFuses of a file as `--path-efuse-file` keeps it; nothing: blank ones. */
export function efuseFileDevice(chip: EfuseChip, file?: Uint8Array): FileDevice {
  const efuses = virtualEfuses(chip, file === undefined ? {} : { file });
  const read: number[] = [];
  return {
    chip,
    chipRevision: efuses.revision,
    crystalMhz: efuses.crystalMhz,
    clock: efuses.clock,
    emit: () => {},
    read,
    readRegisters: (addresses) => {
      read.push(...addresses);
      return efuses.readRegisters(addresses);
    },
    writeRegisters: (writes) => efuses.writeRegisters(writes),
  };
}
