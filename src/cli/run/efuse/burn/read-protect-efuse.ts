import type { Prepare } from "../prepared.ts";
import { prepareProtection } from "./prepare-protection.ts";

export const prepare: Prepare = (context) => prepareProtection(context, "read-protect");
