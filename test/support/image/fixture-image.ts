import { readFileSync } from "node:fs";

/** A small file of `test/fixtures/images`. */
export function fixtureImage(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../fixtures/images/${name}`, import.meta.url)));
}
