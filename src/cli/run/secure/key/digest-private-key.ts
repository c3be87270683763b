import { digestPrivateKey, EspError, type PrivateKey, scalarBytes } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import { readPrivateKeyFile } from "../key-files.ts";
import { refuseSameFile, requireOption, writeSecretOutput } from "../outputs.ts";

export const run: RunCommand = async (context) => {
  const { options, print } = context;
  const output = context.arguments.text("DIGEST_FILE");
  const keyFile = requireOption(options, "keyfile");
  const bits = options.number("keylen") ?? 256;
  await refuseSameFile(context, output, [keyFile]);
  const digest = digestPrivateKey(scalarOf(await readPrivateKeyFile(context, keyFile)), bits);
  await writeSecretOutput(context, output, digest);
  const what = bits === 256 ? "" : `, of it the first ${bits} bits,`;
  print(`SHA-256 digest of private key "${keyFile}"${what} written to "${output}".`);
  return { output, bits };
};

function scalarOf(key: PrivateKey): Uint8Array<ArrayBuffer> {
  if (key.kind === "ecdsa") return scalarBytes(key);
  throw new EspError("secure.wrong-key-type", "An RSA key cannot be digested to a key.", {
    hint: "Give an ECDSA key on P-256 (generate-signing-key --version 1).",
  });
}
