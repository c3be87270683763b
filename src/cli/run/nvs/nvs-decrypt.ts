import { decryptNvs } from "../../../nvs.ts";
import type { RunCommand } from "../../context.ts";
import { readInput, writeOutput } from "../../host/user-files.ts";
import { readKeysFile } from "./nvs-keys.ts";
import { imageOutput } from "./nvs-output.ts";

export const run: RunCommand = async (context) => {
  const output = imageOutput(context);
  const input = context.arguments.text("INPUT");
  const keys = await readKeysFile(context, context.arguments.text("KEY"));
  const image = decryptNvs(await readInput(context.host, input), keys);
  await writeOutput(context.host, output, image, { isPrivate: true });
  context.print(`Wrote ${image.length} bytes to '${output}'.`);
  return { input, output, sizeBytes: image.length };
};
