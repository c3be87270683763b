/**
 * Spellings of earlier versions that scripts still use (fact sheet 1.1). Each is replaced before parsing, with one
 * warning; the sentences are markers that scripts look for.
 */

const OLD_OPTIONS: Readonly<Record<string, string>> = {
  "--flash_size": "--flash-size",
  "--flash_freq": "--flash-freq",
  "--flash_mode": "--flash-mode",
  "--use_segments": "--use-segments",
  "--ignore_flash_encryption_efuse_setting": "--ignore-flash-enc-efuse",
  "--fill-flash-size": "--pad-to-size",
  "--no-diff-verify": "--trust-flash-content",
  "--file_name": "--file-name",
  // espsecure (fact sheet efuse-secure, B1)
  "--aes_xts": "--aes-xts",
  "--flash_crypt_conf": "--flash-crypt-conf",
  "--append_signatures": "--append-signatures",
  // The original generator of NVS images
  "--key_protect_hmac": "--key-protect-hmac",
  "--kp_hmac_keygen": "--kp-hmac-keygen",
  "--kp_hmac_keyfile": "--kp-hmac-keyfile",
  "--kp_hmac_inputkey": "--kp-hmac-inputkey",
};

/** Reports one old spelling, as a sentence without `Warning: Deprecated:` before it. */
export type OnOldName = (sentence: string) => void;

/** Old option names anywhere on the line, also as `--old=value`. */
export function renewOptions(words: readonly string[], onOldName: OnOldName): string[] {
  return words.map((word) => {
    const equals = word.indexOf("=");
    const name = equals === -1 ? word : word.slice(0, equals);
    const now = Object.hasOwn(OLD_OPTIONS, name) ? OLD_OPTIONS[name] : undefined;
    if (now === undefined) return word;
    onOldName(`Option '${name}' is deprecated. Use '${now}' instead.`);
    return now + word.slice(name.length);
  });
}

/** `write_flash` for `write-flash`: any command, with all its hyphens as underscores. */
export function renewCommand(name: string, commands: readonly string[], onOldName: OnOldName): string {
  const now = commands.find((command) => command !== name && command.replaceAll("-", "_") === name);
  if (now === undefined) return name;
  onOldName(`Command '${name}' is deprecated. Use '${now}' instead.`);
  return now;
}

/** `default_reset` for `default-reset`, for `--before` and `--after`, also from the environment. */
export function renewResetMode(value: string, modes: readonly string[], name: string, onOldName: OnOldName): string {
  const now = modes.find((mode) => mode !== value && mode.replaceAll("-", "_") === value);
  if (now === undefined) return value;
  onOldName(`Choice '${value}' for option '${name}' is deprecated. Use '${now}' instead.`);
  return now;
}
