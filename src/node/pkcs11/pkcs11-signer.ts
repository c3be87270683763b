// Shelf: keys in hardware modules.
// In: the library of a module, a token and a key.
// Out: a source of signatures.

import { EspError } from "../../core/errors.ts";
import type { PublicKey } from "../../core/secure/key/key-kinds.ts";
import type { HsmConfig, HsmSigner } from "./hsm-config.ts";
import { CK, type Mechanism, type Pkcs11Binding } from "./pkcs11-binding.ts";
import { ask, moduleError } from "./pkcs11-errors.ts";
import { findTokenPrivateKey, readTokenPublicKey, type TokenSession } from "./pkcs11-keys.ts";
import { type Pkcs11Module, useModule } from "./pkcs11-module.ts";
import { findSlot, logIn } from "./pkcs11-slot.ts";

/** As `openHsm`, with another way to the module. */
export async function openHsmWith(config: HsmConfig, create: () => Promise<Pkcs11Binding>): Promise<HsmSigner> {
  const module = useModule(config.library, await create());
  let session: TokenSession | null = null;
  try {
    session = openSession(module.binding, config);
    const publicKey = config.publicKey ?? (await readTokenPublicKey(session, config));
    return new TokenSigner({ module, session, publicKey, config });
  } catch (error) {
    closeSession(session);
    module.release();
    throw error;
  }
}

function openSession(binding: Pkcs11Binding, { slot: id, pin }: HsmConfig): TokenSession {
  const slot = findSlot(binding, id);
  const handle = ask("open a session", () => binding.C_OpenSession(slot.handle, CK.serialSession));
  const session = { binding, handle, label: slot.label };
  try {
    logIn(binding, handle, slot, pin);
    return session;
  } catch (error) {
    closeSession(session);
    throw error;
  }
}

/** The last session of a token that is closed logs out. */
function closeSession(session: TokenSession | null): void {
  try {
    session?.binding.C_CloseSession(session.handle);
  } catch {
    // A token that was pulled out has closed it already.
  }
}

interface OpenToken {
  readonly module: Pkcs11Module;
  readonly session: TokenSession;
  readonly publicKey: PublicKey;
  readonly config: HsmConfig;
}

class TokenSigner implements HsmSigner {
  readonly publicKey: PublicKey;
  readonly #token: OpenToken;
  /** A session signs one thing at a time. */
  #tail: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(token: OpenToken) {
    this.publicKey = token.publicKey;
    this.#token = token;
  }

  async sign(digest: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#isClosed) throw new EspError("hsm.failed", "The hardware module is closed already.");
    const turn = this.#tail.then(() => signDigest(this.#token, digest));
    this.#tail = turn.catch(() => {});
    return await turn;
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#tail = this.#tail.then(() => {
        closeSession(this.#token.session);
        this.#token.module.release();
      });
    }
    await this.#tail;
  }
}

/** More than any signature has: RSA-3072 is 384 bytes. */
const SIGNATURE_ROOM = 1024;

async function signDigest(
  { session, publicKey, config }: OpenToken,
  digest: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { binding, handle } = session;
  const key = findTokenPrivateKey(session, config.label);
  if (key.kind !== publicKey.kind) {
    throw new EspError("secure.wrong-key-type", `The private key '${config.label}' and the public key are no pair.`, {
      hint: "Check the labels: one is RSA, the other ECDSA.",
      details: { label: config.label, privateKey: key.kind, publicKey: publicKey.kind },
    });
  }
  // Copies that stay alive: the library reads and writes them from another thread.
  const input = Buffer.from(signedPart(publicKey, digest));
  const room = Buffer.alloc(SIGNATURE_ROOM);
  try {
    binding.C_SignInit(handle, mechanismFor(publicKey), key.handle);
    if (key.asksAlways) binding.C_Login(handle, CK.contextSpecific, config.pin);
    return Uint8Array.from(await binding.C_SignAsync(handle, input, room));
  } catch (error) {
    throw moduleError("sign", error);
  } finally {
    input.fill(0);
    room.fill(0);
  }
}

/** ECDSA uses as many bits of the digest as the curve's order has; not every module cuts it by itself. */
function signedPart(key: PublicKey, digest: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return key.kind === "ecdsa" && key.curve === "p192" ? digest.subarray(0, 24) : digest;
}

function mechanismFor(key: PublicKey): Mechanism {
  if (key.kind === "ecdsa") return { mechanism: CK.mechanism.ecdsa };
  const { rsaPss, sha256: hashAlg } = CK.mechanism;
  // What the ROM checks (fact sheet efuse-secure, B4).
  const parameter = { type: CK.pssParameters, hashAlg, mgf: CK.mgf1Sha256, saltLen: 32 };
  return { mechanism: rsaPss, parameter };
}
