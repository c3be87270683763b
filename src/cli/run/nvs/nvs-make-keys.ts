import type { RunCommand } from "../../context.ts";
import { makeKeys } from "./nvs-keys.ts";

export const run: RunCommand = async (context) => ({ keyFiles: (await makeKeys(context)).files });
