import type { Check } from "../check/check.ts";
import { checkAddress, checkSize } from "../check/numbers.ts";
import { hasParts } from "../check/shapes.ts";
import { checkName, checkObject, listOf } from "../check/values.ts";
import type { AddressWindow, ChipDescriptor, FlashHeaderCodes, MemoryLayout } from "./types.ts";

const WHAT = "a chip's descriptor, as chipById gives it";

export const checkDescriptor: Check<ChipDescriptor> = hasParts<ChipDescriptor>(WHAT, {
  id: checkName,
  name: checkName,
  flashSizes: checkObject,
  flashFrequencies: checkObject,
  memoryMap: listOf(checkObject),
  iromWindow: checkObject,
  security: checkObject,
  rom: checkObject,
});

export const checkHeaderCodes: Check<FlashHeaderCodes> = hasParts<FlashHeaderCodes>(WHAT, {
  name: checkName,
  flashSizes: checkObject,
  flashFrequencies: checkObject,
});

export const checkMemoryLayout: Check<MemoryLayout> = hasParts<MemoryLayout>(WHAT, {
  memoryMap: listOf(checkObject),
  iromWindow: checkObject,
});

export const checkWindow: Check<AddressWindow> = hasParts<AddressWindow>("a window of addresses", {
  start: checkAddress,
  end: checkSize,
});
