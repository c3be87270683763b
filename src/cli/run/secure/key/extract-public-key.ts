import { publicKeyOf, publicKeyPem, publicKeyV1 } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import { writeOutput } from "../../../host/user-files.ts";
import { readPrivateKeyFile } from "../key-files.ts";
import { refuseSameFile, requireOption } from "../outputs.ts";

export const run: RunCommand = async (context) => {
  const { host, options, print } = context;
  const output = context.arguments.text("PUBLIC_KEYFILE");
  const keyFile = requireOption(options, "keyfile");
  await refuseSameFile(context, output, [keyFile]);
  const key = publicKeyOf(await readPrivateKeyFile(context, keyFile));
  const isRaw = options.text("version") === "1";
  await writeOutput(host, output, isRaw ? publicKeyV1(key) : new TextEncoder().encode(publicKeyPem(key)));
  print(`"${keyFile}" public key extracted to "${output}" (${isRaw ? "64 raw bytes" : "PEM"}).`);
  return { output, form: isRaw ? "raw" : "pem" };
};
