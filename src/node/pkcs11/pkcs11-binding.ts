import { endianness } from "node:os";
import { EspError } from "../../core/errors.ts";

/** The part of the npm package `pkcs11js` that is used; its names are those of the PKCS#11 standard. */
export interface Pkcs11Binding {
  load(library: string): void;
  /** Unloads the library. */
  close(): void;
  C_Initialize(options: { flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Buffer[];
  C_GetSlotInfo(slot: Buffer): { readonly flags: number };
  C_GetTokenInfo(slot: Buffer): TokenInfo;
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_CloseSession(session: Buffer): void;
  C_Login(session: Buffer, userType: number, pin: string): void;
  C_FindObjectsInit(session: Buffer, template: Attribute[]): void;
  C_FindObjects(session: Buffer, maximum: number): Buffer[];
  C_FindObjectsFinal(session: Buffer): void;
  C_GetAttributeValue(session: Buffer, object: Buffer, template: { type: number }[]): { readonly value: Buffer }[];
  C_SignInit(session: Buffer, mechanism: Mechanism, key: Buffer): void;
  /** Does not hold up the process while a module computes, or waits for a finger. */
  C_SignAsync(session: Buffer, data: Buffer, signature: Buffer): Promise<Buffer>;
}

export interface TokenInfo {
  /** Padded with blanks. */
  readonly label: string;
  readonly flags: number;
}

export interface Attribute {
  type: number;
  value: number | Buffer;
}

export interface Mechanism {
  mechanism: number;
  parameter?: { type: number; hashAlg: number; mgf: number; saltLen: number };
}

/** Numbers of the standard (OASIS PKCS #11 2.40, pkcs11t.h). */
export const CK = {
  osLockingOk: 0x2,
  slot: { tokenPresent: 0x1 },
  token: { initialised: 0x400, userPinInitialised: 0x8, userPinFinalTry: 0x2_0000, userPinLocked: 0x4_0000 },
  serialSession: 0x4,
  user: 1,
  contextSpecific: 2,
  class: { publicKey: 2, privateKey: 3 },
  keyType: { rsa: 0, ec: 3 },
  attribute: {
    class: 0x0,
    label: 0x3,
    keyType: 0x100,
    modulus: 0x120,
    publicExponent: 0x122,
    ecParameters: 0x180,
    ecPoint: 0x181,
    alwaysAuthenticate: 0x202,
  },
  mechanism: { rsaPss: 0xd, sha256: 0x250, ecdsa: 0x1041 },
  mgf1Sha256: 2,
  /** pkcs11js' own number for the parameters of PSS. */
  pssParameters: 5,
} as const;

/** A number that the library gives as the bytes of a C `unsigned long`. */
export function readUnsignedLong(bytes: Uint8Array): number {
  const bigEndian = endianness() === "BE" ? bytes : bytes.toReversed();
  return bigEndian.reduce((value, byte) => value * 256 + byte, 0);
}

/** Loads `pkcs11js`, an optional dependency. Throws `hsm.package-missing`. */
export async function loadPkcs11(): Promise<Pkcs11Binding> {
  try {
    const { PKCS11 } = await import("pkcs11js");
    return new PKCS11();
  } catch (cause) {
    throw new EspError(
      "hsm.package-missing",
      "The package 'pkcs11js', which talks to hardware modules, cannot be loaded.",
      {
        hint: "Install it with: npm install pkcs11js (add -g if this tool is installed globally). It needs a C++ compiler.",
        cause,
      },
    );
  }
}
