import type { EfuseDevice } from "./device.ts";

/** What was read of a device during one operation: no register is asked for twice. */
export interface RegisterWords {
  /** Reads what is not known yet. */
  load(addresses: readonly number[]): Promise<void>;
  /** Asking for a register that was not loaded is a programming error. */
  word(address: number): number;
}

/** `known`: read before, by address; what is read is added. */
export function registerWords(device: EfuseDevice, known: Map<number, number> = new Map()): RegisterWords {
  return {
    async load(addresses) {
      const missing = [...new Set(addresses)].filter((address) => !known.has(address));
      if (missing.length === 0) return;
      const values = await device.readRegisters(missing);
      missing.forEach((address, index) => {
        const value = values[index];
        if (value !== undefined) known.set(address, value >>> 0);
      });
    },
    word(address) {
      const value = known.get(address);
      if (value === undefined) throw new RangeError(`register 0x${address.toString(16)} was not read`);
      return value;
    },
  };
}

/** `count` registers that follow each other. */
export function consecutiveRegisters(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + 4 * index);
}
