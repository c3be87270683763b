import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** What the original generator and parser made of these inputs; each folder's `case.json` says how. */
export const GOLDEN = fileURLToPath(new URL("../../fixtures/golden/nvs/", import.meta.url));

export interface GoldenCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly errorKind: string | null;
  readonly readonlyNotice: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly note: string;
}

/** An entry as an independent reader found it. */
export interface GoldenKey {
  readonly namespace: string | null;
  readonly key: string;
  readonly type: string;
  readonly value?: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly dataCrcOk?: boolean;
}

export interface GoldenItem {
  readonly index: number;
  readonly state: string;
  readonly ns: number;
  readonly type: string;
  readonly span: number;
  readonly key: string;
  readonly crcOk: boolean;
  readonly size?: number;
  readonly dataCrcOk?: boolean;
}

export interface GoldenPage {
  readonly offset: number;
  readonly state: string;
  readonly seq?: number;
  readonly version?: number;
  readonly crcOk?: boolean;
  readonly entries?: readonly GoldenItem[];
}

export interface GoldenParse {
  readonly pages: readonly GoldenPage[];
  readonly keys: readonly GoldenKey[];
}

export const CASES: readonly GoldenCase[] = readdirSync(GOLDEN).map((name) => ({
  name,
  ...JSON.parse(readFileSync(`${GOLDEN}${name}/case.json`, "utf8")),
}));

/** A file of a case; large ones are kept compressed. */
export function goldenFile(name: string, file: string): Uint8Array {
  const path = `${GOLDEN}${name}/${file}`;
  return new Uint8Array(existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`)));
}

export function goldenParse(name: string): GoldenParse | null {
  const path = `${GOLDEN}${name}/parsed.json`;
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}
