import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { toHex } from "../../src/core/bytes/hex.ts";
import { sha256 } from "../../src/core/bytes/sha256.ts";
import { CHIPS } from "../../src/core/chip/catalog.ts";
import { STUB as ESP32S3 } from "../../src/core/stub/generated/esp32s3.ts";
import { loadStub } from "../../src/core/stub/load-stub.ts";
import { KNOWN_PLUGINS } from "../../src/virtual/stub/plugin-table.ts";
import { KNOWN_STUBS } from "../../src/virtual/stub/stub-table.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

interface ReferenceStub {
  readonly source: string;
  readonly chip: string;
  readonly text_sha256: string;
  readonly text_size: number;
  readonly text_start: string;
  readonly data_sha256: string;
  readonly data_size: number;
  readonly data_start: string;
  readonly entry: string;
}

const REFERENCE = fileURLToPath(new URL("../../../shared/reference/stubs.json", import.meta.url));
const present = existsSync(REFERENCE);
if (!present) tellSkipped(NO_REFERENCE);

describe("known plugins", () => {
  test("are those that this package uploads", async () => {
    const [text] = (await loadStub("esp32s3")).segments;
    const uploaded = Object.entries(ESP32S3.plugins?.byName ?? {}).map(([name, { text: code, ...plugin }]) => ({
      name,
      stubTextSha256: toHex(sha256(text?.data ?? new Uint8Array(0))),
      ...plugin,
      textSize: Buffer.from(code, "base64").length,
      handlers: plugin.handlers.toSorted(([left], [right]) => left - right),
    }));
    expect(uploaded).toEqual(KNOWN_PLUGINS.map(({ source: _source, ...plugin }) => plugin));
  });
});

describe("known stubs", () => {
  test("belong to chips of the catalogue, with whole digests", () => {
    const ids: readonly string[] = CHIPS.map(({ id }) => id);
    for (const stub of KNOWN_STUBS) {
      expect(ids).toContain(stub.chip);
      expect(stub.textSha256).toMatch(/^[0-9a-f]{64}$/);
      expect(stub.dataSha256).toMatch(/^[0-9a-f]{64}$/);
      expect(stub.entry).toBeGreaterThanOrEqual(stub.textStart);
      expect(stub.entry).toBeLessThan(stub.textStart + stub.textSize);
    }
  });

  test.skipIf(!present)("are those of the reference, all of them", () => {
    const reference = JSON.parse(readFileSync(REFERENCE, "utf8")) as ReferenceStub[];
    expect(KNOWN_STUBS.map(({ generation: _generation, ...stub }) => stub)).toEqual(
      reference.map((stub) => ({
        source: stub.source,
        chip: stub.chip.split(" ")[0],
        textSha256: stub.text_sha256,
        textSize: stub.text_size,
        textStart: Number(stub.text_start),
        dataSha256: stub.data_sha256,
        dataSize: stub.data_size,
        dataStart: Number(stub.data_start),
        entry: Number(stub.entry),
      })),
    );
  });
});
