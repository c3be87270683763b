import { publicKeyDigest } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import { writeOutput } from "../../../host/user-files.ts";
import { readPublicKeyFile } from "../key-files.ts";
import { refuseSameFile, requireOption } from "../outputs.ts";

export const run: RunCommand = async (context) => {
  const { host, options, print } = context;
  const keyFile = requireOption(options, "keyfile");
  const output = requireOption(options, "output");
  await refuseSameFile(context, output, [keyFile]);
  const digest = publicKeyDigest(await readPublicKeyFile(context, keyFile));
  await writeOutput(host, output, digest);
  print(`Writing the public key digest of "${keyFile}" to "${output}".`);
  return { output, publicKeyDigest: digest };
};
