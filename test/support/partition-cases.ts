import { readFileSync } from "node:fs";

/** What gen_esp32part.py made of an input, or refused. */
export interface TableCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly exit: number;
  readonly errorKind: string | null;
  readonly warnings: readonly string[];
  readonly text?: string;
  readonly base64?: string;
  /** With FF. */
  readonly padTo?: number;
  /** Of the output. */
  readonly sha256?: string;
  readonly csv?: string;
}

const fixture = new URL("../fixtures/partition/gen-esp32part.json", import.meta.url);

export const TABLE_CASES: readonly TableCase[] = (
  JSON.parse(readFileSync(fixture, "utf8")) as { readonly cases: readonly TableCase[] }
).cases;

export function tableInput({ text, base64 = "", padTo = 0 }: TableCase): Uint8Array {
  const bytes = text === undefined ? Buffer.from(base64, "base64") : Buffer.from(text, "utf8");
  const all = new Uint8Array(Math.max(padTo, bytes.length)).fill(0xff);
  all.set(bytes);
  return all;
}

/** Crashes of the original tool (exit code 1), and what is wrong with the input in truth. */
const CRASHES: Readonly<Record<string, string>> = {
  "bin-md5-mismatch-ignored": "bad-magic",
  "type-over-255": "out-of-range",
};

export function wantedKind({ name, errorKind }: TableCase): string | null {
  return CRASHES[name] ?? errorKind;
}
