import type { ChipDescriptor, RegisterField } from "../../chip/types.ts";

/** What stands in the way of writing encrypted data, as far as eFuses tell (fact sheet 4.4). */
export interface EncryptionFacts {
  /** FLASH_CRYPT_CONFIG where it is not what the hardware needs (ESP32 only); null when nothing is wrong with it. */
  readonly unexpectedCryptConfig: number | null;
  readonly keyProgrammed: boolean;
}

/** All four bits: the key is tweaked by the whole address. */
const FULL_CRYPT_CONFIG = 0xf;

/** Every register that `encryptionFacts` looks at. Pure. */
export function encryptionRegisters({ security }: Pick<ChipDescriptor, "security">): number[] {
  const { encryptionKey: key, cryptConfig, keyManager, keyPurposeFields } = security;
  const fields: (RegisterField | null)[] = [...keyPurposeFields, keyManager];
  const words: number[] = [];
  if (cryptConfig !== null) fields.push(cryptConfig.field, cryptConfig.readProtect);
  if (key.kind === "esp32" || key.kind === "esp32c2") words.push(...key.keyWords);
  if (key.kind === "esp32") fields.push(key.readProtect);
  if (key.kind === "esp32c2") fields.push(key.length256, key.readDisable);
  for (const field of fields) if (field !== null) words.push(field.register);
  return [...new Set(words)];
}

/** The value of a field, from registers that were read before. */
export type ReadField = (field: RegisterField) => number;

/** Pure. */
export function encryptionFacts({ security }: Pick<ChipDescriptor, "security">, read: ReadField): EncryptionFacts {
  return { unexpectedCryptConfig: unexpectedConfig(security, read), keyProgrammed: isKeyProgrammed(security, read) };
}

type Security = ChipDescriptor["security"];

function unexpectedConfig({ cryptConfig }: Security, read: ReadField): number | null {
  // What cannot be read is taken to be right.
  if (cryptConfig === null || read(cryptConfig.readProtect) !== 0) return null;
  const config = read(cryptConfig.field);
  return config === FULL_CRYPT_CONFIG ? null : config;
}

function isKeyProgrammed({ encryptionKey: key, keyManager, keyPurposeFields }: Security, read: ReadField): boolean {
  const anyNotZero = (registers: readonly number[]): boolean =>
    registers.some((register) => read({ register, shift: 0, mask: 0xffff_ffff }) !== 0);
  switch (key.kind) {
    case "none":
      return false;
    case "esp32":
      return read(key.readProtect) !== 0 || anyNotZero(key.keyWords);
    case "esp32c2": {
      const is256 = read(key.length256) !== 0;
      // Protected against reading: both halves of the block, or the one that holds a short key.
      if (read(key.readDisable) === (is256 ? 3 : 1)) return true;
      return anyNotZero(is256 ? key.keyWords : key.keyWords.slice(0, 4));
    }
    case "purpose": {
      const purposes = new Set(keyPurposeFields.map(read));
      if (keyManager !== null && read(keyManager) !== 0) return true;
      if (key.aes128.some((code) => purposes.has(code))) return true;
      return key.aes256Pair?.every((code) => purposes.has(code)) === true;
    }
  }
}
