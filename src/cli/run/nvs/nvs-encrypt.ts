import { EspError } from "../../../nvs.ts";
import type { RunCommand } from "../../context.ts";
import { writeNvsImage } from "./make-image.ts";
import { makeKeys, readKeysFile } from "./nvs-keys.ts";
import { imageOutput } from "./nvs-output.ts";

export const run: RunCommand = async (context) => {
  const output = imageOutput(context);
  const given = context.options.text("inputkey");
  if (given === undefined && !context.options.flag("keygen"))
    throw new EspError("nvs.keys-needed", "Encrypting needs keys.", {
      hint: "Give them with --inputkey, or have them made with --keygen.",
    });
  if (given !== undefined) return await writeNvsImage(context, output, await readKeysFile(context, given));
  const { keys, files } = await makeKeys(context);
  return { ...(await writeNvsImage(context, output, keys)), keyFiles: files };
};
