// Shelf: configuration files: found, read, checked.
// In: places and a host's files.
// Out: settings, with what is unknown in them.

import { EspError, isEspError } from "../../index.ts";
import type { CliFiles } from "../host/host.ts";
import { systemCode, systemWords } from "../host/system-words.ts";
import { decodeText, TEXT_HINT } from "../host/utf8-text.ts";
import { didYouMean } from "../line/meant/closest-name.ts";
import type { ConfigCandidate } from "./config-candidates.ts";
import { type IniFile, parseConfigFile } from "./config-file.ts";
import { CONFIG_KEYS, SECTION } from "./config-keys.ts";

/** A configuration file that was found and read. Its values are looked at when they are needed. */
export interface LoadedConfig extends ConfigCandidate {
  readonly file: IniFile;
}

export interface ConfigRemark {
  readonly code:
    | "config.loaded"
    | "config.unknown-options"
    | "config.invalid-file"
    | "config.missing-file"
    | "config.others-file";
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ConfigSearch {
  readonly config: LoadedConfig | null;
  /** What a person should know of the search, in order. */
  readonly remarks: readonly ConfigRemark[];
}

/** The first of the files that parses and has the section. A file that is no good is passed over. Throws
 * `operation.aborted`. */
export async function loadConfig(candidates: readonly ConfigCandidate[], files: CliFiles): Promise<ConfigSearch> {
  const remarks: ConfigRemark[] = [];
  for (const candidate of candidates) {
    const file = await readCandidate(candidate, files, remarks);
    if (file === null || !file.has(SECTION)) continue;
    const { path, fromEnvironment } = candidate;
    remarks.push({
      code: "config.loaded",
      message: `Loaded custom configuration from ${path}${fromEnvironment ? " (set with ESPTOOL_CFGFILE)" : ""}`,
      details: { path, fromEnvironment },
    });
    const unknown = file.keys(SECTION).filter((key) => !CONFIG_KEYS.has(key));
    if (unknown.length > 0) remarks.push(unknownOptions(unknown.sort(), path));
    return { config: { ...candidate, file }, remarks };
  }
  return { config: null, remarks };
}

function unknownOptions(options: readonly string[], path: string): ConfigRemark {
  return {
    code: "config.unknown-options",
    message: `Ignoring unknown config file option${options.length > 1 ? "s" : ""}: ${options.map(withNearest).join(", ")}`,
    details: { path, options },
  };
}

/** The name, with the keys that it is like behind it. */
function withNearest(option: string): string {
  const question = didYouMean(option, [...CONFIG_KEYS]);
  return question === null ? option : `${option} (${question.replace("Did", "did")})`;
}

async function readCandidate(
  { path, fromEnvironment }: ConfigCandidate,
  files: CliFiles,
  remarks: ConfigRemark[],
): Promise<IniFile | null> {
  try {
    const isOthers = !fromEnvironment && (await files.isOthers(path));
    const file = parsed(await files.read(path, { kind: "config" }));
    // A file without our section, such as any project's setup.cfg, is not worth a word.
    if (!isOthers || !file.has(SECTION)) return file;
    remarks.push(othersFile(path));
  } catch (error) {
    if (isEspError(error, "operation.aborted")) throw error;
    const system = isEspError(error) ? undefined : systemCode(error);
    if (system === "ENOENT" && fromEnvironment) {
      const message = `There is no file ${path}, which ESPTOOL_CFGFILE names.`;
      remarks.push({ code: "config.missing-file", message, details: { path } });
    } else if (system !== "ENOENT" && system !== "EISDIR") {
      const why = isEspError(error) ? error.message : systemWords(error);
      const message = `Ignoring invalid config file ${path}: ${why}`;
      remarks.push({ code: "config.invalid-file", message, details: { path, why } });
    }
  }
  return null;
}

/** Throws `config.invalid`. */
function parsed(bytes: Uint8Array): IniFile {
  const decoded = decodeText(bytes);
  if ("text" in decoded) return parseConfigFile(decoded.text);
  throw new EspError("config.invalid", decoded.why, { hint: TEXT_HINT });
}

/** It could change how the chip is reset and how long is waited: nobody but the user has a say in that. */
function othersFile(path: string): ConfigRemark {
  return {
    code: "config.others-file",
    message:
      `Ignoring config file ${path}: other users of this computer can change it. ` +
      `If you want it to count, set ESPTOOL_CFGFILE=${path}, or make it yours.`,
    details: { path },
  };
}
