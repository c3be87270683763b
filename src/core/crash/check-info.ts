import { checkDebugInfo, type DebugInfo } from "../debug-info/debug-info.ts";

/** Debug information as its user holds it. Throws `argument.invalid`. */
export function checkInfo(value: unknown, argument: string): DebugInfo {
  checkDebugInfo(value, argument);
  return value as DebugInfo;
}
