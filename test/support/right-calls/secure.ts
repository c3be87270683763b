import {
  parseKey,
  publicKeyOf,
  readEncryptionKey,
  signDataV1,
  signDataV2,
  verifySignaturesV2,
} from "../../../src/secure.ts";
import { ramImage } from "../chip/ram-program.ts";
import { freshKey, pem } from "../secure/signing-keys.ts";
import { bytes } from "./sessions.ts";
import type { RightCalls } from "./types.ts";

const node = freshKey("prime256v1");
const keyFile = (): Uint8Array<ArrayBuffer> => pem(node, "sec1");
// Parsed once: they are asked for thousands of times.
const parsed = parseKey(keyFile());
if (!("scalar" in parsed)) throw new Error("no private key");
const parsedPublic = publicKeyOf(parsed);
const privateKey = () => ({ ...parsed });
const publicKey = () => ({ ...parsedPublic });
const bootloader = ramImage("esp32");
const signedV1 = signDataV1(bytes(), privateKey());
const signedV2 = signDataV2(bytes(), [privateKey()]);
/** For tests that take them apart. */
export const SIGNED = { v1: signedV1, v2: signedV2, publicKey } as const;
const verified = signedV2.then(async (signed) => await verifySignaturesV2(signed.bytes, publicKey()));
const encryption = (): object => ({ scheme: "esp32", key: bytes(32), flashCryptConfig: 15 });
const signature = async () => (await signedV1).bytes.slice(-64);
const point = (): Uint8Array<ArrayBuffer> => {
  const { x, y } = node.export({ format: "jwk" });
  return Uint8Array.from([4, ...Buffer.from(x ?? "", "base64url"), ...Buffer.from(y ?? "", "base64url")]);
};
/** DER of the name of P-256 (RFC 5480). */
const P256 = Uint8Array.of(6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7);
const rsa = freshKey("rsa").export({ format: "jwk" });

export const SECURE: RightCalls = {
  decodePoint: { args: () => ["p256", point()] },
  decryptFlashData: { args: () => [encryption(), 0x10000, bytes(32)] },
  describeEncryptionKey: { args: () => [{ ...readEncryptionKey(bytes(32), "aes-xts") }] },
  digestBootloader: { args: () => [{ image: bootloader.slice(), key: bytes(32), iv: bytes(128) }] },
  digestPrivateKey: { args: () => [bytes(32), 256] },
  ecdsaSignatureToDer: { args: async () => [await signature()] },
  encryptFlashData: { args: () => [encryption(), 0x10000, bytes(32)] },
  generateFlashEncryptionKey: { args: () => [256] },
  generateSigningKey: { args: () => ["ecdsa256"] },
  hardwareEcdsaKey: { args: () => [P256.slice(), point()] },
  hardwareRsaKey: {
    args: () => [new Uint8Array(Buffer.from(rsa.n ?? "", "base64url")), new Uint8Array(Buffer.from("AQAB", "base64"))],
  },
  inspectSignatures: { files: ["0"], args: async () => [(await signedV2).bytes.slice(), { skipPadding: false }] },
  isPrivateKey: { args: () => [privateKey()] },
  parseKey: { args: () => [keyFile()] },
  privateKeyPem: { args: () => [privateKey()] },
  publicKeyDigest: { args: () => [publicKey()] },
  publicKeyOf: { args: () => [privateKey()] },
  publicKeyPem: { args: () => [publicKey()] },
  publicKeyV1: { args: () => [publicKey()] },
  readEncryptionKey: { args: () => [bytes(32), "aes-xts"] },
  readKey: { files: ["0"], args: () => [keyFile(), "password"] },
  readPrivateKey: { files: ["0"], args: () => [keyFile(), "password"] },
  readPublicKey: { files: ["0"], args: () => [keyFile(), "password"] },
  readSignature: { args: async () => [await signature(), publicKey()] },
  requireVerified: { args: async () => [{ ...(await verified) }], alsoOther: ["0.blocks.0.publicKeyDigest"] },
  scalarBytes: { args: () => [privateKey()] },
  schemeOf: { args: () => [privateKey()] },
  signDataV1: { files: ["0"], args: () => [bytes(), privateKey(), { force: false }] },
  signDataV2: {
    files: ["0"],
    args: () => [bytes(), [privateKey()], { append: false, force: false, skipPadding: false }],
  },
  verifySignatureV1: { files: ["0"], args: async () => [(await signedV1).bytes.slice(), publicKey()] },
  verifySignaturesV2: {
    files: ["0"],
    args: async () => [(await signedV2).bytes.slice(), publicKey(), { skipPadding: false }],
  },
};
