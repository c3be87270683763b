import { EspError } from "../../errors.ts";
import { type HostKey, type HostSubtle, host } from "../../host.ts";

/** The host's cryptography. Errors: `argument.unsupported` in a page without it. */
export function requireSubtle(): HostSubtle {
  const { subtle } = host.crypto;
  if (subtle !== undefined) return subtle;
  throw new EspError("argument.unsupported", "This page has no access to the browser's cryptography.", {
    hint: "Serve the page over HTTPS, or from localhost.",
  });
}

export interface KeyToImport {
  readonly format: "spki" | "pkcs8";
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly algorithm: object;
  readonly usage: "sign" | "verify";
}

/** Errors: `secure.invalid-key` when the host does not take the key. */
export async function importHostKey({ format, bytes, algorithm, usage }: KeyToImport): Promise<HostKey> {
  const subtle = requireSubtle();
  try {
    return await subtle.importKey(format, bytes, algorithm, false, [usage]);
  } catch (cause) {
    throw new EspError("secure.invalid-key", "The key is not accepted by this host's cryptography.", {
      hint: "The key is damaged, or of an unusual kind.",
      cause,
    });
  }
}
