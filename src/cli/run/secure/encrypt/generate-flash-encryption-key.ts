import { generateFlashEncryptionKey } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import { writeSecretOutput } from "../outputs.ts";

export const run: RunCommand = async (context) => {
  const output = context.arguments.text("KEY_FILE");
  const bits = context.options.number("keylen") ?? 256;
  await writeSecretOutput(context, output, generateFlashEncryptionKey(bits));
  context.print(`Wrote ${bits} random bits to key file "${output}".`);
  return { output, bits };
};
