import { prepareProtection } from "./prepare-protection.ts";
import type { Prepare } from "./prepared.ts";

export const prepare: Prepare = (context) => prepareProtection(context, "read-protect");
