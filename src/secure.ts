/** Secure boot and flash encryption: digests, keys, ciphers. Runs anywhere. */

export type { BlobLike, FileSource, WithFileSources } from "./core/check/blob.ts";
export type { ByteSource, WithByteSources } from "./core/check/bytes.ts";
export * from "./core/errors-at-doors.ts";
export type { CurveName } from "./core/image/signature/signature-block.ts";
export type { SignatureScheme } from "./core/image/signature/signature-marks.ts";
export {
  type BootloaderDigestRequest,
  type DigestedBootloader,
  digestBootloader,
} from "./core/secure/encrypt/bootloader-digest.ts";
export {
  describeEncryptionKey,
  digestPrivateKey,
  type EncryptionKey,
  type EncryptionKeyUse,
  generateFlashEncryptionKey,
  type KeyDerivation,
  readEncryptionKey,
} from "./core/secure/encrypt/encryption-key.ts";
export {
  decryptFlashData,
  encryptFlashData,
  type FlashEncryption,
  type FlashEncryptionResult,
} from "./core/secure/encrypt/flash-encryption.ts";
export { generateSigningKey } from "./core/secure/key/generate-key.ts";
export { hardwareEcdsaKey, hardwareRsaKey } from "./core/secure/key/hardware-key.ts";
export type {
  AskPassword,
  EcdsaPrivateKey,
  EcdsaPublicKey,
  PrivateKey,
  PublicKey,
  RsaPrivateKey,
  RsaPublicKey,
} from "./core/secure/key/key-kinds.ts";
export { parseKey, readKey, readPrivateKey, readPublicKey } from "./core/secure/key/read-key.ts";
export {
  decodePoint,
  isPrivateKey,
  publicKeyOf,
  SIGNING_SCHEMES,
  type SigningScheme,
  scalarBytes,
  schemeOf,
} from "./core/secure/key/signing-key.ts";
export { privateKeyPem, publicKeyPem, publicKeyV1 } from "./core/secure/key/write-key.ts";
export type { SecureNotice, SecureNoticeCode } from "./core/secure/notice.ts";
export { publicKeyDigest } from "./core/secure/sign/block-key.ts";
export {
  inspectSignatures,
  type SignatureBlockReport,
  type SignatureBlockState,
  type SignatureReport,
} from "./core/secure/sign/inspect-signatures.ts";
export { ecdsaSignatureToDer, readSignature } from "./core/secure/sign/raw-signature.ts";
export { type SignedV1, type SignV1Options, signDataV1 } from "./core/secure/sign/sign-v1.ts";
export { type SignedV2, type SignV2Options, signDataV2 } from "./core/secure/sign/sign-v2.ts";
export type { PrecalculatedSignature, SignatureSource, Signer } from "./core/secure/sign/signature-source.ts";
export type { SectorOptions } from "./core/secure/sign/signed-data.ts";
export { type VerificationV1, verifySignatureV1 } from "./core/secure/sign/verify-v1.ts";
export {
  requireVerified,
  type Verification,
  type VerificationVerdict,
  type VerifiedBlockReport,
  verifySignaturesV2,
} from "./core/secure/sign/verify-v2.ts";
