import { decryptFlashData } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import { convertFlashData } from "./flash-data.ts";

export const run: RunCommand = (context) =>
  convertFlashData(context, { argument: "ENCRYPTED_FILE", done: "Decrypted", convert: decryptFlashData });
