import type { HsmSigner } from "../../../node.ts";
import { EspError } from "../../../secure.ts";
import type { RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { askSecret } from "../../show/ask/ask-secret.ts";
import { parseHsmConfig } from "./hsm-config.ts";
import { readPublicKeyFile } from "./key-files.ts";
import { missingOption } from "./outputs.ts";

/**
 * Does the work with the key of --hsm-config, and lets go of the module. Throws `config.invalid`, `hsm.*`,
 * `file.*` and `secure.*`.
 */
export async function withHsm<Result>(
  context: RunContext,
  work: (signer: HsmSigner) => Promise<Result>,
): Promise<Result> {
  const { host, options, print } = context;
  const file = options.text("hsm-config");
  if (file === undefined) throw missingOption("hsm-config");
  const { pin, ...config } = parseHsmConfig(await readInput(host, file, "config"), file);
  const [publicKeyFile] = options.list("pub-key");
  const signer = await host.openHsm({
    ...config,
    ...(publicKeyFile !== undefined && { publicKey: await readPublicKeyFile(context, publicKeyFile) }),
    pin: pin ?? (await askPin(context, config.slot)),
  });
  print(`Opened a session with the HSM in slot ${config.slot}, key '${config.label}'.`);
  try {
    return await work(signer);
  } finally {
    await signer.close();
  }
}

async function askPin({ host, signal }: RunContext, slot: number): Promise<string> {
  return await askSecret(host, {
    text: `PIN of the HSM in slot ${slot}: `,
    signal,
    unanswered: new EspError("config.invalid", "There is no PIN for the HSM.", {
      hint: "Type it on a terminal, or write it as 'credentials' into the file of --hsm-config.",
    }),
  });
}
