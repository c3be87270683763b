import type { AbortSignalLike } from "../errors.ts";
import type { Check } from "./check.ts";
import { hasParts } from "./shapes.ts";
import { checkBoolean, checkFunction } from "./values.ts";

export const checkSignal: Check<AbortSignalLike> = hasParts<AbortSignalLike>("an AbortSignal", {
  aborted: checkBoolean,
  addEventListener: checkFunction,
  removeEventListener: checkFunction,
});
