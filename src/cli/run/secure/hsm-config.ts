import type { HsmConfig } from "../../../node.ts";
import { EspError, isEspError } from "../../../secure.ts";
import { type IniFile, parseConfigFile } from "../../config/config-file.ts";
import { decodeText } from "../../host/utf8-text.ts";

const SECTION = "hsm_config";

export interface ParsedHsmConfig extends Omit<HsmConfig, "pin" | "publicKey"> {
  /** Null: it has to be asked for. */
  readonly pin: string | null;
}

/**
 * The section `hsm_config` of an INI file: `pkcs11_lib`, `slot`, `label`, and if need be `label_pubkey` and `credentials`
 * (fact sheet efuse-secure, B9). Throws `config.invalid`, never with a value that may be the PIN.
 */
export function parseHsmConfig(bytes: Uint8Array, file: string): ParsedHsmConfig {
  try {
    const ini = parseConfigFile(textOf(bytes));
    if (!ini.has(SECTION)) throw invalid(`there is no section [${SECTION}]`);
    const publicKeyLabel = optional(ini, "label_pubkey");
    return {
      library: required(ini, "pkcs11_lib"),
      slot: slotOf(required(ini, "slot")),
      label: required(ini, "label"),
      ...(publicKeyLabel !== undefined && { publicKeyLabel }),
      pin: pinOf(ini),
    };
  } catch (error) {
    if (!isEspError(error)) throw error;
    throw new EspError("config.invalid", `Incorrect HSM config file format (${error.message}).`, {
      hint: `'${file}' needs the section [${SECTION}] with pkcs11_lib, slot and label.`,
      details: { ...error.details, file },
      cause: error,
    });
  }
}

/** Absent and empty are the same. */
function optional(ini: IniFile, key: string): string | undefined {
  const value = ini.value(SECTION, key);
  return value === "" ? undefined : value;
}

function required(ini: IniFile, key: string): string {
  const value = optional(ini, key);
  if (value !== undefined) return value;
  throw invalid(`the option '${key}' is missing`, key);
}

/** An error about a `%` quotes what stands behind it: here that would be a part of the PIN. */
function pinOf(ini: IniFile): string | null {
  try {
    return optional(ini, "credentials") ?? null;
  } catch {
    throw invalid("option 'credentials': a '%' must be written '%%'", "credentials");
  }
}

function slotOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid("the option 'slot' must be a decimal number", "slot");
}

function textOf(bytes: Uint8Array): string {
  const decoded = decodeText(bytes);
  if ("text" in decoded) return decoded.text;
  throw invalid(decoded.why);
}

function invalid(what: string, option?: string): EspError {
  return new EspError("config.invalid", what, { details: { ...(option !== undefined && { option }) } });
}
