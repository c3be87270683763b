import { digestBootloader } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import { outputNameFor } from "../../../host/output-name.ts";
import { readInput, writeOutput } from "../../../host/user-files.ts";
import { refuseSameFile, requireOption, showSecureNotices } from "../outputs.ts";

export const run: RunCommand = async (context) => {
  const { host, options, print } = context;
  const imageFile = context.arguments.text("IMAGE");
  const keyFile = requireOption(options, "keyfile");
  const ivFile = options.text("iv");
  const output = options.text("output") ?? outputNameFor(imageFile, defaultOutput);
  await refuseSameFile(context, output, [imageFile, keyFile, ...(ivFile === undefined ? [] : [ivFile])]);
  const { data, digest, notices } = digestBootloader({
    image: await readInput(host, imageFile),
    key: await readInput(host, keyFile, "key"),
    ...(ivFile !== undefined && { iv: await readInput(host, ivFile, "key") }),
  });
  showSecureNotices(context, notices);
  await writeOutput(host, output, data);
  print(`Digest + image written to "${output}"`);
  return { output, digest, sizeBytes: data.length };
};

/** `build/boot.bin` gives `build/boot-digest-0x0000.bin`. */
function defaultOutput(image: string): string {
  return `${image.replace(/(?<=[^/\\])\.[^./\\]*$/, "")}-digest-0x0000.bin`;
}
