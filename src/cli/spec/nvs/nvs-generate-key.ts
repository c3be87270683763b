import type { CommandSpec } from "../types.ts";
import { SPEC as MAKE_KEYS } from "./nvs-make-keys.ts";

/** As the original generator calls it. */
export const SPEC: CommandSpec = { ...MAKE_KEYS, name: "nvs generate-key" };
