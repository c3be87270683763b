import { deriveNvsKeys, EspError, generateNvsKeys, nvsKeysPartition, readNvsKeys } from "../../../nvs.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { readInput, writeError } from "../../host/user-files.ts";
import { writeSecretOutput } from "../secure/outputs.ts";
import { inFolder } from "./nvs-output.ts";

const HMAC_KEY_BYTES = 32;

/** The keys in a file. A wrong checksum is told: firmware will not take them. */
export async function readKeysFile({ host, emit }: RunContext, file: string): Promise<Uint8Array> {
  const { keys, checksum } = readNvsKeys(await readInput(host, file, "key"));
  if (checksum === "wrong")
    emit({
      session: CLI_SESSION,
      type: "warning",
      code: "nvs.keys-unchecked",
      message: `The checksum of the keys in '${file}' is wrong: firmware will not take them.`,
    });
  return keys;
}

/** The keys of an encrypted partition as the options name them; null: it is not encrypted. */
export async function keysOfPartition(context: RunContext): Promise<Uint8Array | null> {
  const keys = context.options.text("keys");
  const hmac = context.options.text("hmac-key");
  if (keys !== undefined && hmac !== undefined)
    throw new EspError("argument.conflict", "--keys and --hmac-key exclude each other.", {
      hint: "The HMAC scheme has no keys partition.",
    });
  if (keys !== undefined) return await readKeysFile(context, keys);
  return hmac === undefined ? null : deriveNvsKeys(await readInput(context.host, hmac, "key"));
}

/** New keys by the options of the original generator, written to the folder `keys`. */
export async function makeKeys(context: RunContext): Promise<{ readonly keys: Uint8Array; readonly files: string[] }> {
  const { host, options, print } = context;
  const files: string[] = [];
  const folder = inFolder(context, "keys");
  const save = async (name: string, data: Uint8Array): Promise<void> => {
    const file = `${folder}/${name}`;
    try {
      await host.files.makeFolder(folder);
    } catch (cause) {
      throw writeError(folder, cause);
    }
    await writeSecretOutput(context, file, data);
    files.push(file);
    print(`Wrote the key file '${file}'.`);
  };
  if (!options.flag("key-protect-hmac")) {
    const keys = generateNvsKeys();
    await save(options.text("keyfile") ?? dated(context, "keys"), nvsKeysPartition(keys));
    return { keys, files };
  }
  const given = options.text("kp-hmac-inputkey");
  if (given === undefined && !options.flag("kp-hmac-keygen"))
    throw new EspError("nvs.keys-needed", "The HMAC scheme needs an HMAC key.", {
      hint: "Give one with --kp-hmac-inputkey, or make one with --kp-hmac-keygen.",
    });
  const hmac =
    given === undefined ? crypto.getRandomValues(new Uint8Array(HMAC_KEY_BYTES)) : await readInput(host, given, "key");
  const keys = deriveNvsKeys(hmac);
  if (given === undefined) await save(options.text("kp-hmac-keyfile") ?? dated(context, "hmac-keys"), hmac);
  await save(options.text("keyfile") ?? dated(context, "keys"), nvsKeysPartition(keys));
  return { keys, files };
}

function dated({ host }: RunContext, name: string): string {
  return `${name}-${host.date().toISOString().slice(0, 19).replaceAll(":", "-")}.bin`;
}
