import { ESPEFUSE } from "./espefuse.ts";
import { ESPSECURE } from "./espsecure.ts";
import { ESPTOOL } from "./esptool.ts";
import type { Program } from "./program.ts";

/** Every executable that is made of commands. */
export const PROGRAMS: readonly Program[] = [ESPTOOL, ESPEFUSE, ESPSECURE];
