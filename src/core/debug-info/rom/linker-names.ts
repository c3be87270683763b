import type { RomName } from "./name-list.ts";
import { isRomAddress } from "./rom-ranges.ts";

/** A ROM of these chips has some thousand names. */
const MOST_NAMES = 65_536;
/** `name = 0x40001234;`, also inside of PROVIDE(...) and PROVIDE_HIDDEN(...); other expressions are no addresses of ROM. */
const ASSIGNMENT =
  /(?<![\w.$/])([A-Za-z_$][\w.$]{0,255})[ \t\r\n]{0,64}=[ \t\r\n]{0,64}(0x[0-9a-fA-F]{1,8})[ \t\r\n]{0,64}(?:\)[ \t\r\n]{0,64})?;/g;

/**
 * The functions in ROM that a linker script gives addresses to; data in ROM and all that is not a plain number is left out. Linker scripts:
 * "Using LD", section "Assigning Values to Symbols".
 */
export function namesOfScript(script: string): RomName[] {
  const names: RomName[] = [];
  for (const [, name = "", digits = ""] of withoutComments(script).matchAll(ASSIGNMENT)) {
    const address = Number(digits);
    if (isRomAddress(address)) names.push({ name, address });
    if (names.length === MOST_NAMES) break;
  }
  return names;
}

/** A comment that does not end takes all that follows with it. */
function withoutComments(script: string): string {
  const parts: string[] = [];
  for (let at = 0; at < script.length; ) {
    const begin = script.indexOf("/*", at);
    parts.push(script.slice(at, begin < 0 ? undefined : begin));
    if (begin < 0) break;
    const end = script.indexOf("*/", begin + 2);
    if (end < 0) break;
    at = end + 2;
  }
  return parts.join(" ");
}
