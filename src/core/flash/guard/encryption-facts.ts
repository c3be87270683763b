import { readField } from "../../chip/fields.ts";
import type { ChipDescriptor, RegisterField, RegisterWords } from "../../chip/types.ts";

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

/** Pure. */
export function encryptionFacts({ security }: Pick<ChipDescriptor, "security">, word: RegisterWords): EncryptionFacts {
  return { unexpectedCryptConfig: unexpectedConfig(security, word), keyProgrammed: isKeyProgrammed(security, word) };
}

type Security = ChipDescriptor["security"];

function unexpectedConfig({ cryptConfig }: Security, word: RegisterWords): number | null {
  // What cannot be read is taken to be right.
  if (cryptConfig === null || readField(cryptConfig.readProtect, word) !== 0) return null;
  const config = readField(cryptConfig.field, word);
  return config === FULL_CRYPT_CONFIG ? null : config;
}

function isKeyProgrammed({ encryptionKey: key, keyManager, keyPurposeFields }: Security, word: RegisterWords): boolean {
  const anyNotZero = (registers: readonly number[]): boolean => registers.some((register) => word(register) !== 0);
  switch (key.kind) {
    case "none":
      return false;
    case "esp32":
      return readField(key.readProtect, word) !== 0 || anyNotZero(key.keyWords);
    case "esp32c2": {
      const is256 = readField(key.length256, word) !== 0;
      // Protected against reading: both halves of the block, or the one that holds a short key.
      if (readField(key.readDisable, word) === (is256 ? 3 : 1)) return true;
      return anyNotZero(is256 ? key.keyWords : key.keyWords.slice(0, 4));
    }
    case "purpose": {
      const purposes = new Set(keyPurposeFields.map((field) => readField(field, word)));
      if (keyManager !== null && readField(keyManager, word) !== 0) return true;
      if (key.aes128.some((code) => purposes.has(code))) return true;
      return key.aes256Pair?.every((code) => purposes.has(code)) === true;
    }
  }
}
