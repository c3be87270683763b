import { EspError, parseResetSequence, type TimeoutLimits } from "../../index.ts";
import { LIMIT_KEYS, SECTION } from "./config-keys.ts";
import type { LoadedConfig } from "./load-config.ts";

/** What a configuration file changes; what it does not mention is absent. */
export interface ConfigSettings {
  readonly limits: Partial<TimeoutLimits>;
  readonly writeTimeoutMs?: number;
  readonly connectAttempts?: number;
  readonly resetDelayMs?: number;
  /** 0: until it works. */
  readonly openPortAttempts?: number;
  readonly customResetSequence?: string;
  readonly customHardResetSequence?: string;
  /** The file sets how often a block is sent again, which is never done here: a write is resumed instead. */
  readonly setsWriteBlockAttempts: boolean;
}

/**
 * The values of the file, checked. Throws `config.invalid` with file, key and value in the details, and
 * `connect.reset-sequence`.
 */
export function readSettings(config: LoadedConfig | null): ConfigSettings {
  if (config === null) return { limits: {}, setsWriteBlockAttempts: false };
  const seconds = (key: string, least: "zero" | "more"): number | undefined => readSeconds(config, key, least);
  const writeTimeoutMs = seconds("serial_write_timeout", "more");
  const resetDelayMs = seconds("reset_delay", "zero");
  const connectAttempts = readCount(config, "connect_attempts");
  const openPortAttempts = readCount(config, "open_port_attempts", 0);
  const customResetSequence = readSequence(config, "custom_reset_sequence");
  const customHardResetSequence = readSequence(config, "custom_hard_reset_sequence");
  return {
    limits: readLimits(config),
    ...(writeTimeoutMs !== undefined && { writeTimeoutMs }),
    ...(connectAttempts !== undefined && { connectAttempts }),
    ...(resetDelayMs !== undefined && { resetDelayMs }),
    ...(openPortAttempts !== undefined && { openPortAttempts }),
    ...(customResetSequence !== undefined && { customResetSequence }),
    ...(customHardResetSequence !== undefined && { customHardResetSequence }),
    setsWriteBlockAttempts: readCount(config, "write_block_attempts") !== undefined,
  };
}

function readLimits(config: LoadedConfig): Partial<TimeoutLimits> {
  const limits: { -readonly [Name in keyof TimeoutLimits]?: number } = {};
  for (const [key, name] of Object.entries(LIMIT_KEYS)) {
    const value = readSeconds(config, key, "more");
    if (value !== undefined) limits[name] = value;
  }
  // Twice the time for erasing the chip unless it is set itself (fact sheet 2.6).
  if (limits.chipEraseMs !== undefined) limits.maximumMs ??= 2 * limits.chipEraseMs;
  return limits;
}

function rawValue(config: LoadedConfig, key: string): string | undefined {
  try {
    return config.file.value(SECTION, key);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EspError("config.invalid", `The configuration file ${config.path} is wrong: ${why}.`, {
      hint: "Correct the file.",
      details: { file: config.path, key },
      cause,
    });
  }
}

function readSeconds(config: LoadedConfig, key: string, least: "zero" | "more"): number | undefined {
  const text = rawValue(config, key);
  if (text === undefined) return undefined;
  const value = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value) && (least === "zero" ? value >= 0 : value > 0)) return value * 1000;
  throw invalid(config, key, text, `a number of seconds${least === "more" ? " above 0" : ""} such as 0.5`);
}

function readCount(config: LoadedConfig, key: string, least = Number.MIN_SAFE_INTEGER): number | undefined {
  const text = rawValue(config, key);
  if (text === undefined) return undefined;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw invalid(config, key, text, "a whole number such as 7");
}

/** Checked before any port is opened; an empty one is none. */
function readSequence(config: LoadedConfig, key: string): string | undefined {
  const text = rawValue(config, key);
  if (text === undefined || text === "") return undefined;
  parseResetSequence(text);
  return text;
}

function invalid(config: LoadedConfig, key: string, value: string, expected: string): EspError {
  const where = `'${key}' of the configuration file ${config.path}`;
  return new EspError("config.invalid", `Invalid value '${value}' for ${where}: it is not ${expected}.`, {
    hint: `Write ${expected}, or remove the line.`,
    details: { file: config.path, key, value },
  });
}
