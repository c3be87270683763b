import type { KeyMaterial } from "../../../../efuse.ts";
import { EspError } from "../../../../index.ts";
import { publicKeyDigest, scalarBytes } from "../../../../secure.ts";
import type { RunContext } from "../../../context.ts";
import { readInput } from "../../../host/user-files.ts";
import { readPrivateKeyFile, readPublicKeyFile } from "../../secure/key-files.ts";

/** Key files of one line. Each is read once, so that a password is asked for once. */
export interface KeyFiles {
  raw(file: string): Promise<KeyMaterial>;
  /** The private number of a key in PEM. Throws `efuse.wrong-key` for a key of another kind. */
  ecdsa(file: string): Promise<KeyMaterial>;
  /** The digest of a key in PEM, private or public, by which secure boot knows it. */
  digest(file: string): Promise<Uint8Array<ArrayBuffer>>;
}

export function keyFiles(context: RunContext): KeyFiles {
  return {
    raw: once(async (file) => ({ kind: "raw", bytes: await readInput(context.host, file, "key") })),
    ecdsa: once((file) => readEcdsaKey(context, file)),
    digest: once(async (file) => publicKeyDigest(await readPublicKeyFile(context, file))),
  };
}

function once<Result>(read: (file: string) => Promise<Result>): (file: string) => Promise<Result> {
  const known = new Map<string, Promise<Result>>();
  return async (file) => {
    const found = known.get(file) ?? read(file);
    known.set(file, found);
    return await found;
  };
}

async function readEcdsaKey(context: RunContext, file: string): Promise<KeyMaterial> {
  const key = await readPrivateKeyFile(context, file);
  if (key.kind === "ecdsa") return { kind: "ecdsa", curve: key.curve, scalar: scalarBytes(key) };
  throw new EspError("efuse.wrong-key", `The file '${file}' holds no private ECDSA key.`, {
    hint: "Give a private key in PEM, as espsecure generate-signing-key --scheme ecdsa256 makes it.",
    details: { file },
  });
}
