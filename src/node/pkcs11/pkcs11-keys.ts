import { EspError, isEspError } from "../../core/errors.ts";
import type { PublicKey } from "../../core/secure/key/key-kinds.ts";
import { type Attribute, CK, type Pkcs11Binding, readUnsignedLong } from "./pkcs11-binding.ts";
import { ask, failureName, moduleError } from "./pkcs11-errors.ts";

/** A session on a token, logged in. */
export interface TokenSession {
  readonly binding: Pkcs11Binding;
  readonly handle: Buffer;
  /** Of the token. */
  readonly label: string;
}

export interface KeyLabels {
  readonly label: string;
  readonly publicKeyLabel?: string | undefined;
}

export interface TokenPrivateKey {
  readonly handle: Buffer;
  readonly kind: PublicKey["kind"];
  /** Each signature asks for the PIN anew. */
  readonly asksAlways: boolean;
}

type KeyClass = keyof typeof CK.class;

/**
 * The public key of the pair: the public object; without one, and without a label of its own, what the private object
 * tells.
 *
 * Throws `hsm.key-missing`, `hsm.key-ambiguous`, `hsm.failed`, and `secure.*` for a key that secure boot does not take.
 */
export async function readTokenPublicKey(session: TokenSession, labels: KeyLabels): Promise<PublicKey> {
  const publicLabel = labels.publicKeyLabel ?? labels.label;
  const publicObject = findKey(session, "publicKey", publicLabel);
  if (publicObject !== null) return await decodeKey(session, publicObject, publicLabel);
  const privateObject = publicLabel === labels.label ? findKey(session, "privateKey", labels.label) : null;
  if (privateObject !== null) return await decodeKey(session, privateObject, publicLabel);
  throw missingKey(session, "publicKey", publicLabel);
}

/** Throws `hsm.key-missing`, `hsm.key-ambiguous`, `hsm.failed`, `secure.wrong-key-type`. */
export function findTokenPrivateKey(session: TokenSession, label: string): TokenPrivateKey {
  const handle = findKey(session, "privateKey", label);
  if (handle === null) throw missingKey(session, "privateKey", label);
  const always = readAttribute(session, handle, CK.attribute.alwaysAuthenticate);
  return { handle, kind: keyKind(session, handle, label), asksAlways: always?.some((byte) => byte !== 0) ?? false };
}

function findKey(session: TokenSession, keyClass: KeyClass, label: string): Buffer | null {
  const found = findObjects(session, [
    { type: CK.attribute.class, value: CK.class[keyClass] },
    { type: CK.attribute.label, value: Buffer.from(label, "utf8") },
  ]);
  if (found.length <= 1) return found[0] ?? null;
  const what = `${found.length} ${NAMES[keyClass]}s labelled '${label}'`;
  throw new EspError("hsm.key-ambiguous", `The token '${session.label}' has ${what}.`, {
    hint: "Give each of its keys a label of its own.",
    details: { token: session.label, label, count: found.length },
  });
}

const NAMES: Readonly<Record<KeyClass, string>> = { publicKey: "public key", privateKey: "private key" };

function missingKey(session: TokenSession, keyClass: KeyClass, label: string): EspError {
  const objects = findObjects(session, [{ type: CK.attribute.class, value: CK.class[keyClass] }]);
  const labels = objects.map((object) => readAttribute(session, object, CK.attribute.label)?.toString("utf8") ?? "");
  const name = NAMES[keyClass];
  return new EspError("hsm.key-missing", `The token '${session.label}' has no ${name} labelled '${label}'.`, {
    hint:
      labels.length === 0
        ? `It has no ${name} at all.`
        : `Its ${name}s are: ${labels.map((each) => `'${each}'`).join(", ")}.`,
    details: { token: session.label, label, labels },
  });
}

/** So many are asked for at once. */
const BATCH = 32;

function findObjects({ binding, handle }: TokenSession, template: Attribute[]): Buffer[] {
  return ask("look for its keys", () => {
    binding.C_FindObjectsInit(handle, template);
    try {
      const found: Buffer[] = [];
      for (;;) {
        const batch = binding.C_FindObjects(handle, BATCH);
        if (batch.length === 0) return found;
        found.push(...batch);
      }
    } finally {
      binding.C_FindObjectsFinal(handle);
    }
  });
}

/** Null when the object has no such attribute, or keeps it to itself. */
function readAttribute({ binding, handle }: TokenSession, object: Buffer, type: number): Buffer | null {
  try {
    const value = binding.C_GetAttributeValue(handle, object, [{ type }])[0]?.value;
    return value === undefined || value.length === 0 ? null : value;
  } catch (error) {
    const name = failureName(error);
    if (name === "CKR_ATTRIBUTE_TYPE_INVALID" || name === "CKR_ATTRIBUTE_SENSITIVE") return null;
    throw moduleError("describe its key", error);
  }
}

function keyKind(session: TokenSession, object: Buffer, label: string): PublicKey["kind"] {
  const type = readAttribute(session, object, CK.attribute.keyType);
  const number = type === null ? null : readUnsignedLong(type);
  if (number === CK.keyType.rsa) return "rsa";
  if (number === CK.keyType.ec) return "ecdsa";
  throw new EspError("secure.wrong-key-type", `The key '${label}' of the hardware module is neither RSA nor ECDSA.`, {
    hint: "Secure boot takes RSA keys of 3072 bits, and ECDSA keys on P-192, P-256 and P-384.",
    details: { label, keyType: number },
  });
}

async function decodeKey(session: TokenSession, object: Buffer, label: string): Promise<PublicKey> {
  // Signatures are for those who use them: the ports load without.
  const { hardwareEcdsaKey, hardwareRsaKey } = await import("../../core/secure/key/hardware-key.ts");
  const { schemeOf } = await import("../../core/secure/key/signing-key.ts");
  const read = (type: number): Buffer => {
    const value = readAttribute(session, object, type);
    if (value !== null) return value;
    throw new EspError("hsm.key-missing", `The token '${session.label}' does not tell the public key of '${label}'.`, {
      hint: "Store the public key on the token too, and name it in label_pubkey if its label differs.",
      details: { token: session.label, label },
    });
  };
  const { modulus, publicExponent, ecParameters, ecPoint } = CK.attribute;
  try {
    const key =
      keyKind(session, object, label) === "rsa"
        ? hardwareRsaKey(read(modulus), read(publicExponent))
        : hardwareEcdsaKey(read(ecParameters), read(ecPoint));
    schemeOf(key);
    return key;
  } catch (error) {
    throw forToken(error, label);
  }
}

/** The hints for keys out of files are of no use here. */
function forToken(error: unknown, label: string): unknown {
  if (!isEspError(error) || !error.code.startsWith("secure.") || error.details["label"] === label) return error;
  return new EspError(error.code, `Key '${label}' of the hardware module: ${error.message}`, {
    hint: "Secure boot takes RSA keys of 3072 bits, and ECDSA keys on P-192, P-256 and P-384.",
    details: { ...error.details, label },
    cause: error,
  });
}
