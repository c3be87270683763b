/** Secure boot and flash encryption: digests, keys, ciphers. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export { EspError, isEspError } from "./core/errors.ts";
export type { CurveName, SignatureScheme } from "./core/image/signature-block.ts";
export { publicKeyDigest } from "./core/secure/block-key.ts";
export {
  type BootloaderDigestRequest,
  type DigestedBootloader,
  digestBootloader,
} from "./core/secure/bootloader-digest.ts";
export {
  describeEncryptionKey,
  digestPrivateKey,
  type EncryptionKey,
  type EncryptionKeyUse,
  generateFlashEncryptionKey,
  type KeyDerivation,
  readEncryptionKey,
} from "./core/secure/encryption-key.ts";
export {
  decryptFlashData,
  encryptFlashData,
  type FlashEncryption,
  type FlashEncryptionResult,
} from "./core/secure/flash-encryption.ts";
export { generateSigningKey } from "./core/secure/generate-key.ts";
export { hardwareEcdsaKey, hardwareRsaKey } from "./core/secure/hardware-key.ts";
export {
  inspectSignatures,
  type SignatureBlockReport,
  type SignatureBlockState,
  type SignatureReport,
} from "./core/secure/inspect-signatures.ts";
export type { SecureNotice, SecureNoticeCode } from "./core/secure/notice.ts";
export { ecdsaSignatureToDer, readSignature } from "./core/secure/raw-signature.ts";
export { type AskPassword, parseKey, readKey, readPrivateKey, readPublicKey } from "./core/secure/read-key.ts";
export { type SignedV1, type SignV1Options, signDataV1 } from "./core/secure/sign-v1.ts";
export { type SignedV2, type SignV2Options, signDataV2 } from "./core/secure/sign-v2.ts";
export type { PrecalculatedSignature, SignatureSource, Signer } from "./core/secure/signature-source.ts";
export type { SectorOptions } from "./core/secure/signed-data.ts";
export {
  decodePoint,
  type EcdsaPrivateKey,
  type EcdsaPublicKey,
  isPrivateKey,
  type PrivateKey,
  type PublicKey,
  publicKeyOf,
  type RsaPrivateKey,
  type RsaPublicKey,
  SIGNING_SCHEMES,
  type SigningScheme,
  scalarBytes,
  schemeOf,
} from "./core/secure/signing-key.ts";
export { type VerificationV1, verifySignatureV1 } from "./core/secure/verify-v1.ts";
export {
  requireVerified,
  type Verification,
  type VerificationVerdict,
  type VerifiedBlockReport,
  verifySignaturesV2,
} from "./core/secure/verify-v2.ts";
export { privateKeyPem, publicKeyPem, publicKeyV1 } from "./core/secure/write-key.ts";
