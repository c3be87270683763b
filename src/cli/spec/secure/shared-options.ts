import type { OptionSpec } from "../types.ts";

const FILE = { label: "FILE", kind: "file" } as const;

/** `--version`; what it is where it is left out differs by command. */
export const SCHEME_VERSION: OptionSpec = {
  name: "version",
  short: "v",
  value: { label: "VERSION", kind: "choice", choices: ["1", "2"] },
  summary: "Version of secure boot",
};

export function keyFile(summary: string): OptionSpec {
  return { name: "keyfile", short: "k", value: FILE, summary };
}

export const KEY_PASSWORD_FILE: OptionSpec = {
  name: "key-password-file",
  value: FILE,
  summary: "The password of an encrypted private key is the first line of this file; left out: it is asked for",
};

export function output(summary: string): OptionSpec {
  return { name: "output", short: "o", value: { ...FILE, use: "write" }, summary };
}

/** `-l`. */
export function keyLength(choices: string): OptionSpec {
  return {
    name: "keylen",
    short: "l",
    value: { label: "BITS", kind: "count" },
    summary: `Length of the key in bits: ${choices}`,
    default: "256",
  };
}

export const REPLACE_KEY: OptionSpec = { name: "force", summary: "Replace the file if it is there" };

export const HSM: OptionSpec = { name: "hsm", summary: "The key is in a hardware security module (PKCS#11)" };

export const HSM_CONFIG: OptionSpec = {
  name: "hsm-config",
  value: FILE,
  summary: "With --hsm: the INI file that names the module's library, its slot and the key, in section hsm_config",
};

export const SKIP_PADDING: OptionSpec = {
  name: "skip-padding",
  summary: "Version 2: the data is not padded to whole sectors of 4096 bytes",
};

/** How the chip encrypts its flash, for both directions. */
export const FLASH_ENCRYPTION: readonly OptionSpec[] = [
  keyFile("The flash encryption key as bytes: 24 or 32, for AES-XTS 16, 32 or 64; must be given"),
  {
    name: "address",
    short: "a",
    value: { label: "ADDRESS", kind: "integer" },
    summary: "Where in flash the file begins, a multiple of 16; must be given",
  },
  { name: "aes-xts", short: "x", summary: "Every chip but the ESP32: AES-XTS" },
  {
    name: "flash-crypt-conf",
    value: { label: "BITS", kind: "integer" },
    summary: "ESP32: the eFuse FLASH_CRYPT_CONFIG, 0 to 0xf",
    default: "0xf",
  },
];
