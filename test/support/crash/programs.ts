import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";

// From the project's folder, where tests and tools run: bundled tools do not stand where this file does.
const FIXTURES = `${resolve("test/fixtures/crash")}/`;
/** Larger programs that are not kept here. */
const REFERENCE = `${resolve("../shared/reference/golden/crash")}/`;

/** Names of the cases: what a chip printed, and what is to come out. */
export const CRASH_CASES: readonly string[] = readdirSync(FIXTURES).filter((name) =>
  existsSync(`${FIXTURES}${name}/expected.json`),
);

export function crashCase<T>(name: string): T {
  return JSON.parse(readFileSync(`${FIXTURES}${name}/expected.json`, "utf8")) as T;
}

/** The program of a name as the cases give it; null where it stands with the reference's files, which are not there. */
export function crashProgram(name: string): Uint8Array | null {
  const file = name.replace(/^.*\//, "");
  if (existsSync(`${FIXTURES}elf/${file}`)) return readFileSync(`${FIXTURES}elf/${file}`);
  const packed = `${REFERENCE}elf/${file.replace(/\.gz$/, "")}.gz`;
  return existsSync(packed) ? gunzipSync(readFileSync(packed)) : null;
}

/** The paths in the programs were shortened after the cases were made; both mean the same files. */
export function casePath(file: string | null): string | null {
  return file?.replace(/^\/program\/sr\//, "/golden/src/") ?? null;
}
