import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  decryptNvs,
  deriveNvsKeys,
  isEspError,
  makeNvsFromCsv,
  type NvsStoredEntry,
  nvsKeysPartition,
  parseNvs,
  readNvsKeys,
} from "../../src/nvs.ts";
import { CASES, type GoldenCase, type GoldenKey, goldenFile, goldenParse } from "../support/nvs/golden-cases.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const option = (args: readonly string[], name: string): string | null => args[args.indexOf(name) + 1] ?? null;

function keysFor({ name, args }: GoldenCase): Uint8Array | null {
  if (args.includes("--inputkey")) return readNvsKeys(goldenFile(name, option(args, "--inputkey") ?? "")).keys;
  if (args.includes("--kp_hmac_inputkey")) return deriveNvsKeys(goldenFile(name, "hmac.bin"));
  if (args[0] === "decrypt") return readNvsKeys(goldenFile(name, args[2] ?? "")).keys;
  return null;
}

async function make(golden: GoldenCase): Promise<Uint8Array> {
  const { name, args } = golden;
  const { image } = await makeNvsFromCsv([new TextDecoder().decode(goldenFile(name, args[1] ?? ""))], {
    sizeBytes: Number(args[3]),
    version: args.includes("1") ? 1 : 2,
    keys: keysFor(golden) ?? undefined,
    readFile: async (path) => goldenFile(name, path),
  });
  return image;
}

const MADE = CASES.filter(({ args, exit }) => ["generate", "encrypt"].includes(args[0] ?? "") && exit === 0);
const REFUSED = CASES.filter(({ args, exit }) => args[0] === "generate" && exit !== 0);
/** The original fails by its own words or by accident; what we call it. */
const REFUSALS: Readonly<Record<string, string>> = {
  "value-too-long": "nvs.value-too-long",
  "not-an-integer": "nvs.invalid-number integer",
  "integer-out-of-range": "nvs.invalid-number range",
  "key-too-long": "nvs.invalid-input key-too-long",
  "odd-hex": "nvs.invalid-input odd-hex",
  "unsupported-encoding": "nvs.invalid-input unsupported-encoding",
  "size-not-multiple": "nvs.bad-size",
  "too-much-data": "nvs.full",
};

describe("what the original generator makes", () => {
  it("is there", () => {
    expect(MADE.length).toBeGreaterThan(34);
    expect(REFUSED.length).toBeGreaterThan(9);
  });
  it.each(MADE)("is made byte for byte: $name", async (golden) => {
    expect(sha256(await make(golden))).toBe(golden.outputs["expected.bin"]);
  });
  it.each(REFUSED)("or refused: $name", async (golden) => {
    const { name, errorKind } = golden;
    const made = await make(golden).catch((error: unknown) => error);
    if (errorKind?.includes("PageFullError")) {
      // It checks for 4,000 bytes, which firmware can hold, and fails to place them: here they have a page of their own.
      const text = new TextDecoder().decode(goldenFile(name, "input.csv")).split("\n")[2]?.split(",")[3] ?? "";
      expect(parseNvs(made as Uint8Array).entries).toMatchObject([{ type: "string", value: text }]);
      return;
    }
    if (name === "output-not-bin") return;
    if (!isEspError(made)) throw new Error(`${name} was not refused: ${String(made)}`);
    const wanted = errorKind?.startsWith("uncaught:TypeError") ? "nvs.short-row" : REFUSALS[errorKind ?? ""];
    const [code, reason = ""] = wanted?.split(" ") ?? [];
    expect(made.code).toBe(code);
    expect(String(made.details["reason"] ?? "")).toContain(reason);
  });
  it("keys of the HMAC scheme", () => {
    for (const [name, file] of [
      ["keys-from-hmac", "keys/k.bin"],
      ["encrypt-with-hmac", "keys/k.bin"],
    ] as const) {
      const partition = nvsKeysPartition(deriveNvsKeys(goldenFile(name, "hmac.bin")));
      expect(sha256(partition)).toBe(sha256(goldenFile(name, file)));
      expect(readNvsKeys(partition).checksum).toBe("right");
    }
  });
  it("decrypted", () => {
    const keys = readNvsKeys(goldenFile("decrypt", "key.bin")).keys;
    expect(sha256(decryptNvs(goldenFile("decrypt", "enc.bin"), keys))).toBe(
      sha256(goldenFile("decrypt", "expected.bin")),
    );
  });
});

const READ = CASES.filter(({ name }) => goldenParse(name) !== null);

function shown(entry: NvsStoredEntry): object {
  const { namespace, key, type, value, stored } = entry;
  const name = { namespace: namespace === "" ? null : namespace, key, type };
  return stored === null
    ? { ...name, value: String(value) }
    : { ...name, size: stored.length, sha256: sha256(stored), dataCrcOk: true };
}

function wanted({ namespace, key, type, value, size, sha256: digest, dataCrcOk }: GoldenKey): object {
  const name = { namespace, key, type };
  return value === undefined ? { ...name, size, sha256: digest, dataCrcOk } : { ...name, value };
}

const byName = (left: object, right: object): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);

describe("what independent readers find", () => {
  it.each(READ)("is found: $name", (golden) => {
    const { name, args } = golden;
    const keys = keysFor(golden);
    const isPlain = args[0] === "decrypt" || keys === null;
    const file = args[0] === "parse" ? "input.bin" : "expected.bin";
    const { entries, damaged, pages } = parseNvs(goldenFile(name, file), isPlain ? {} : { keys: keys ?? undefined });
    const golden_ = goldenParse(name);
    const found = [
      ...entries.map(shown),
      ...damaged.map(({ namespace, key, type, stored }) => ({
        namespace,
        key,
        type,
        size: stored?.length,
        sha256: sha256(stored ?? new Uint8Array()),
        dataCrcOk: false,
      })),
    ];
    expect(found.sort(byName)).toEqual(golden_?.keys.map(wanted).sort(byName));
    expect(pages.map(({ offset, state, sequence }) => ({ offset, state, sequence }))).toEqual(
      golden_?.pages.map(({ offset, state, seq }) => ({
        offset,
        state: state === "corrupted" ? "corrupt" : state,
        sequence: seq ?? null,
      })),
    );
    const items = pages.flatMap((page) =>
      page.items.map(({ index, state, namespaceIndex, span, key, isSound, sizeBytes, isDataSound }) => ({
        index,
        state,
        ns: namespaceIndex,
        span,
        key,
        crcOk: isSound,
        size: sizeBytes,
        // The parser of the golden cases does not look at data of no bytes.
        dataCrcOk: sizeBytes === 0 ? null : isDataSound,
      })),
    );
    expect(items).toEqual(
      golden_?.pages.flatMap((page) =>
        (page.entries ?? [])
          .filter(({ state }) => state !== "invalid")
          .map(({ index, state, ns, span, key, crcOk, size, dataCrcOk }) => ({
            index,
            state,
            ns,
            span,
            // It reads a byte a character.
            key: new TextDecoder().decode(Buffer.from(key, "latin1")),
            crcOk,
            size: size ?? null,
            dataCrcOk: dataCrcOk ?? null,
          })),
      ),
    );
  });
});
