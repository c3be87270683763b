import { checkFinite } from "../check/numbers.ts";
import { checkMemoryLayout, checkWindow } from "./check-chip.ts";
import type { AddressWindow, MemoryLayout } from "./types.ts";

/** True when the window contains the address; its end does not belong to it. */
export function windowContains(window: AddressWindow, address: number): boolean {
  checkWindow(window, "window");
  checkFinite(address, "address");
  return address >= window.start && address < window.end;
}

/** One of its memories contains the address. The chip is known to be one. */
export function isInMemory({ memoryMap }: MemoryLayout, address: number): boolean {
  return memoryMap.some(({ start, end }) => address >= start && address < end);
}

/** Names of all memories that contain the address, in the order of the chip's list; empty when none does. */
export function memoryTypesAt(chip: MemoryLayout, address: number): readonly string[] {
  checkMemoryLayout(chip, "chip");
  checkFinite(address, "address");
  return chip.memoryMap.filter((region) => windowContains(region, address)).map(({ name }) => name);
}

/** True for addresses at which flash is mapped for instructions. */
export function isIromAddress(chip: MemoryLayout, address: number): boolean {
  checkMemoryLayout(chip, "chip");
  checkFinite(address, "address");
  return windowContains(chip.iromWindow, address);
}

/** True for addresses at which flash is mapped for data; never on the ESP8266, which has no such window. */
export function isDromAddress(chip: MemoryLayout, address: number): boolean {
  checkMemoryLayout(chip, "chip");
  checkFinite(address, "address");
  return chip.dromWindow !== null && windowContains(chip.dromWindow, address);
}

/** True for addresses that are flash seen through the cache, not RAM. */
export function isFlashAddress(chip: MemoryLayout, address: number): boolean {
  checkMemoryLayout(chip, "chip");
  checkFinite(address, "address");
  return isIromAddress(chip, address) || isDromAddress(chip, address);
}
