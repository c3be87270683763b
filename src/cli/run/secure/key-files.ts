// Shelf: the commands of espsecure, and what they share: key files, passwords, modules, outputs.
// In: a `RunContext`.
// Out: the result object.

import {
  type AskPassword,
  EspError,
  isEspError,
  type PrivateKey,
  type PublicKey,
  readPrivateKey,
  readPublicKey,
  schemeOf,
} from "../../../secure.ts";
import type { RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { refuseUtf16 } from "../../host/utf8-text.ts";
import { askSecret } from "../../show/ask/ask-secret.ts";

/** Asks for its password if need be. Throws `file.*`, `secure.*` with the file's name. */
export async function readPrivateKeyFile(context: RunContext, file: string): Promise<PrivateKey> {
  const bytes = await readInput(context.host, file, "key");
  refuseUtf16(bytes, file);
  return await naming(file, readPrivateKey(bytes, passwordOf(context, file)));
}

/** The public key, also of a file with a private one. Throws as `readPrivateKeyFile`. */
export async function readPublicKeyFile(context: RunContext, file: string): Promise<PublicKey> {
  const bytes = await readInput(context.host, file, "key");
  refuseUtf16(bytes, file);
  return await naming(file, readPublicKey(bytes, passwordOf(context, file)));
}

function passwordOf({ host, options, signal }: RunContext, file: string): AskPassword {
  return async () => {
    const from = options.text("key-password-file");
    if (from !== undefined) return firstLine(await readInput(host, from, "password"), from);
    return await askSecret(host, {
      text: `Password of '${file}': `,
      signal,
      unanswered: new EspError("secure.key-encrypted", "The private key is encrypted, and there is no password.", {
        hint: "Type it on a terminal, or name the file that holds it: --key-password-file FILE.",
      }),
    });
  };
}

function firstLine(bytes: Uint8Array, file: string): string {
  refuseUtf16(bytes, file);
  return new TextDecoder().decode(bytes).split(/\r?\n/, 1)[0] ?? "";
}

/** Refuses what no secure boot takes. On a line with several keys it matters which one is wrong. */
async function naming<Key extends PrivateKey | PublicKey>(file: string, work: Promise<Key>): Promise<Key> {
  try {
    const key = await work;
    schemeOf(key);
    return key;
  } catch (error) {
    if (!isEspError(error) || !error.code.startsWith("secure.")) throw error;
    const { code, message, hint, details, cause } = error;
    throw new EspError(code, `'${file}': ${message}`, {
      ...(hint !== undefined && { hint }),
      details: { ...details, file },
      cause,
    });
  }
}
