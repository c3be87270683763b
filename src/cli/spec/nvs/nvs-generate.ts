import type { CommandSpec } from "../types.ts";
import { SPEC as MAKE } from "./nvs-make.ts";

/** As the original generator calls it. */
export const SPEC: CommandSpec = { ...MAKE, name: "nvs generate" };
