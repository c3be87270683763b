import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Attribute, PKCS11, Template } from "pkcs11js";
import { CK, readUnsignedLong } from "../../../src/node/pkcs11/pkcs11-binding.ts";

/** Where SoftHSM 2 is installed by Debian, Fedora and Homebrew. */
const PLACES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];

export const USER_PIN = "1234";
const OFFICER_PIN = "123456";

/** DER of the curves' object ids (RFC 5480, 2.1.1.1); brainpoolP256r1 (RFC 5639) is none of secure boot's. */
const CURVES = {
  p192: "06082a8648ce3d030101",
  p256: "06082a8648ce3d030107",
  p384: "06052b81040022",
  secp256k1: "06052b8104000a",
} as const;

export interface KeyRequest {
  readonly type: keyof typeof CURVES | "rsa2048" | "rsa3072";
  readonly label: string;
  readonly publicLabel?: string;
  /** More attributes of the private key. */
  readonly privateKey?: Template;
  /** The public key is not stored. */
  readonly onlyPrivate?: boolean;
  /** The private key is not stored. */
  readonly onlyPublic?: boolean;
}

export interface SoftHsm {
  readonly library: string;
  /** A new token with these keys; its slot's id. */
  addToken(label: string, keys: readonly KeyRequest[], options?: { readonly withoutPin?: boolean }): number;
  /** The id of the slot whose token is not initialised. */
  emptySlot(): number;
  remove(): void;
}

/** A SoftHSM with a store of its own, or the reason why there is none. `SOFTHSM2_MODULE` names another library. */
export async function startSoftHsm(named = process.env["SOFTHSM2_MODULE"]): Promise<SoftHsm | string> {
  const library = named ?? PLACES.find((path) => existsSync(path));
  if (library === undefined) return "SoftHSM 2 is not installed";
  const folder = mkdtempSync(join(tmpdir(), "esptool-ts-hsm-"));
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    const binding = new (await import("pkcs11js")).PKCS11();
    mkdirSync(join(folder, "tokens"));
    const config = join(folder, "softhsm2.conf");
    writeFileSync(
      config,
      `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    binding.load(library);
    binding.close();
    // Read when the library is initialised.
    process.env["SOFTHSM2_CONF"] = config;
  } catch (error) {
    remove();
    return `${library} or pkcs11js cannot be loaded (${error instanceof Error ? error.message : String(error)})`;
  }
  const { PKCS11 } = await import("pkcs11js");
  /** Loads and initialises it for one piece of work: what is tested does so itself. */
  const using = <Result>(work: (binding: PKCS11) => Result): Result => {
    const binding = new PKCS11();
    binding.load(library);
    binding.C_Initialize();
    try {
      return work(binding);
    } finally {
      binding.C_Finalize();
      binding.close();
    }
  };
  return {
    library,
    remove,
    emptySlot: () => using((binding) => readUnsignedLong(freeSlot(binding))),
    addToken: (label, keys, { withoutPin = false } = {}) => {
      using((binding) => binding.C_InitToken(freeSlot(binding), OFFICER_PIN, label.padEnd(32)));
      return using((binding) => {
        const slot = binding.C_GetSlotList(true).find((each) => binding.C_GetTokenInfo(each).label.trim() === label);
        if (slot === undefined) throw new Error(`the token ${label} is not there`);
        const readWrite = CK.serialSession | 0x2;
        const session = binding.C_OpenSession(slot, readWrite);
        binding.C_Login(session, 0, OFFICER_PIN);
        if (!withoutPin) binding.C_InitPIN(session, USER_PIN);
        binding.C_Logout(session);
        if (!withoutPin) binding.C_Login(session, CK.user, USER_PIN);
        for (const key of keys) addKey(binding, session, key);
        return readUnsignedLong(slot);
      });
    },
  };
}

function freeSlot(binding: PKCS11): Buffer {
  const slot = binding
    .C_GetSlotList(true)
    .find((each) => (binding.C_GetTokenInfo(each).flags & CK.token.initialised) === 0);
  if (slot === undefined) throw new Error("SoftHSM has no free slot");
  return slot;
}

function addKey(binding: PKCS11, session: Buffer, request: KeyRequest): void {
  const { type, label, publicLabel = label, privateKey = [], onlyPrivate = false, onlyPublic = false } = request;
  const isRsa = type === "rsa2048" || type === "rsa3072";
  const parameters: Attribute[] = isRsa
    ? [
        { type: 0x121, value: type === "rsa2048" ? 2048 : 3072 }, // CKA_MODULUS_BITS
        { type: CK.attribute.publicExponent, value: Buffer.from("010001", "hex") },
      ]
    : [{ type: CK.attribute.ecParameters, value: Buffer.from(CURVES[type], "hex") }];
  const common = (name: string, isStored: boolean): Template => [
    { type: 0x1, value: isStored }, // CKA_TOKEN: it outlives the session
    { type: CK.attribute.label, value: Buffer.from(name) },
  ];
  const sign = { type: 0x108, value: true }; // CKA_SIGN
  const verify = { type: 0x10a, value: true }; // CKA_VERIFY
  binding.C_GenerateKeyPair(
    session,
    { mechanism: isRsa ? 0x0 : 0x1040 }, // CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_EC_KEY_PAIR_GEN
    [...common(publicLabel, !onlyPrivate), verify, ...parameters],
    [...common(label, !onlyPublic), { type: 0x2, value: true }, sign, ...privateKey], // CKA_PRIVATE
  );
}
