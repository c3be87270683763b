import type { Check } from "../../check/check.ts";
import { checkFinite } from "../../check/numbers.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkFunction } from "../../check/values.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import { checkClock } from "../../port/check-port.ts";
import type { EfuseDevice } from "./device.ts";

export const checkDevice: Check<EfuseDevice> = hasParts<EfuseDevice>(
  "a device with eFuses, as efuseDevice or virtualEfuses give it",
  {
    chip: checkChipId,
    crystalMhz: checkFinite,
    clock: checkClock,
    readRegisters: checkFunction,
    writeRegisters: checkFunction,
    emit: checkFunction,
  },
);
