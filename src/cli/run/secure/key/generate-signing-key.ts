import { EspError, generateSigningKey, privateKeyPem, type SigningScheme } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import type { OptionValues } from "../../../line/option-values.ts";
import { writeSecretOutput } from "../outputs.ts";

const NAMES: Readonly<Record<SigningScheme, string>> = {
  rsa3072: "RSA 3072",
  ecdsa192: "ECDSA NIST P-192",
  ecdsa256: "ECDSA NIST P-256",
  ecdsa384: "ECDSA NIST P-384",
};

export const run: RunCommand = async (context) => {
  const { options, print } = context;
  const file = context.arguments.text("KEYFILE");
  const scheme = schemeFor(options);
  const key = await generateSigningKey(scheme);
  await writeSecretOutput(context, file, new TextEncoder().encode(privateKeyPem(key)));
  print(`${NAMES[scheme]} private key in PEM format written to "${file}".`);
  return { output: file, scheme };
};

function schemeFor(options: OptionValues): SigningScheme {
  // The declaration of the option allows these words only.
  const scheme = options.text("scheme") as SigningScheme | undefined;
  if (options.text("version") === "2") return scheme ?? "rsa3072";
  if (scheme === undefined || scheme === "ecdsa256") return "ecdsa256";
  throw new EspError("argument.conflict", "V1 only supports ECDSA256.", {
    hint: "Leave out --scheme, or choose --version 2.",
    details: { scheme },
  });
}
