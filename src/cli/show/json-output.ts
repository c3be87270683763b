import type { EspError } from "../../index.ts";
import type { CliEvent } from "../cli-event.ts";
import { exitCodeOf } from "../exit-codes.ts";
import { harmlessJson } from "./harmless-text.ts";
import { hexBytes } from "./numbers.ts";

/** Raised when a field changes its meaning or goes away; new fields do not raise it. */
export const JSON_SCHEMA = 1;

export function eventLine(event: CliEvent): string {
  const { type, session, ...fields } = event;
  return line({ type, session, ...fields });
}

/** The last line of a run that worked. */
export function resultLine(command: string, fields: Readonly<Record<string, unknown>>): string {
  return line({ type: "result", schema: JSON_SCHEMA, command, ok: true, ...fields });
}

/** The last line of a run that did not. `command` is null when none was found on the line. */
export function errorLine(command: string | null, error: EspError): string {
  return line({
    type: "error",
    schema: JSON_SCHEMA,
    command,
    ok: false,
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    remedies: error.remedies,
    details: error.details,
    exitCode: exitCodeOf(error),
  });
}

/** Any object as one line. */
export function objectLine(value: Readonly<Record<string, unknown>>): string {
  return line(value);
}

function line(value: unknown): string {
  return `${harmlessJson(JSON.stringify(plain(value, 0)))}\n`;
}

/** Details may hold anything; deeper than this is a mistake, and a circle would never end. */
const DEEPEST = 12;

/** Bytes as hex, errors as their words; what JSON cannot say becomes text. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return "...";
  if (value instanceof Uint8Array) return hexBytes(value);
  if (value instanceof Error) return { message: value.message, ...plainFields(value, depth) };
  if (Array.isArray(value)) return value.map((entry) => plain(entry, depth + 1));
  if (value instanceof Set) return [...value].map((entry) => plain(entry, depth + 1));
  if (value instanceof Map) return plainFields(Object.fromEntries(value), depth);
  return plainFields(value, depth);
}

function plainFields(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry, depth + 1)]));
}
