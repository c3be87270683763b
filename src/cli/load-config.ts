import { isEspError } from "../index.ts";
import type { ConfigCandidate } from "./config-candidates.ts";
import { type IniFile, parseConfigFile } from "./config-file.ts";
import { CONFIG_KEYS, SECTION } from "./config-keys.ts";
import type { CliFiles } from "./host.ts";

/** A configuration file that was found and read. Its values are looked at when they are needed. */
export interface LoadedConfig extends ConfigCandidate {
  readonly file: IniFile;
}

export interface ConfigRemark {
  readonly code: "config.loaded" | "config.unknown-options" | "config.invalid-file" | "config.missing-file";
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ConfigSearch {
  readonly config: LoadedConfig | null;
  /** What a person should know of the search, in order. */
  readonly remarks: readonly ConfigRemark[];
}

/** The first of the files that parses and has the section. Never throws: a file that is no good is passed over. */
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
    message: `Ignoring unknown config file option${options.length > 1 ? "s" : ""}: ${options.join(", ")}`,
    details: { path, options },
  };
}

async function readCandidate(
  { path, fromEnvironment }: ConfigCandidate,
  files: CliFiles,
  remarks: ConfigRemark[],
): Promise<IniFile | null> {
  try {
    const bytes = await files.read(path);
    return parseConfigFile(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const system = systemCode(error);
    if (system === "ENOENT" && fromEnvironment) {
      const message = `There is no file ${path}, which ESPTOOL_CFGFILE names.`;
      remarks.push({ code: "config.missing-file", message, details: { path } });
    } else if (system !== "ENOENT" && system !== "EISDIR") {
      const why = isEspError(error) ? error.message : (system ?? "it is not text in UTF-8");
      const message = `Ignoring invalid config file ${path}: ${why}`;
      remarks.push({ code: "config.invalid-file", message, details: { path, why } });
    }
    return null;
  }
}

function systemCode(error: unknown): string | undefined {
  if (isEspError(error)) return undefined;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^E[A-Z]+$/.test(code) ? code : undefined;
}
