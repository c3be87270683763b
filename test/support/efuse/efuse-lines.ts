import fc from "fast-check";
import { toHex } from "../../../src/core/bytes/hex.ts";
import type { BurnRequest, EfuseBlock, EfuseField, EfuseTable, FieldValue } from "../../../src/efuse.ts";

/** Random espefuse lines: as requests of the library and as words of the command line. */
export interface RandomLine {
  /** One command each. */
  readonly requests: readonly BurnRequest[];
  readonly postpone: boolean;
  /** A command that reads, and behind how many of the others it stands. */
  readonly read: { readonly words: readonly string[]; readonly at: number } | null;
}

const bytes = (length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const rarely = <Value>(usual: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

/** Data with few bits, so that what is burned twice often fits; or any. */
const contents = (length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.oneof(
    bytes(length),
    fc.uniqueArray(fc.nat(8 * length - 1), { minLength: 1, maxLength: 4 }).map((bits) => {
      const data = new Uint8Array(length);
      for (const bit of bits) data[bit >>> 3] = (data[bit >>> 3] ?? 0) | (1 << (bit & 7));
      return data;
    }),
  );

const named = (
  items: readonly { readonly name: string; readonly aliases: readonly string[] }[],
): fc.Arbitrary<string> => fc.constantFrom(...items).chain(({ name, aliases }) => fc.constantFrom(name, ...aliases));

const nonsense: fc.Arbitrary<string> = fc.constantFrom("NO_SUCH_EFUSE", "wr_dis", "BLOCK99", "0", "key.bin");

function valueFor(table: EfuseTable, field: EfuseField): fc.Arbitrary<FieldValue | undefined> {
  const { name, type, width, fieldClass } = field;
  const wrong = fc.constantFrom("0", "-1", "", "0xZZ", "TRUE", "99999999999");
  const fitting = ((): fc.Arbitrary<FieldValue | undefined> => {
    if (fieldClass === "key-purpose" && type !== "bool")
      return fc.constantFrom(...table.keyPurposes.map(({ name }) => name));
    if (name === "CUSTOM_MAC") return bytes(5).map((end) => `02:${toHex(end, ":")}`);
    if (type === "bool") return fc.constantFrom("1", undefined, "0x1");
    if (type === "bytes") return contents(width / 8).map((data) => toHex(data));
    if (fieldClass === "bit-count") return fc.constantFrom(undefined, "1", "3", "0b111");
    return fc.bigInt({ min: 1n, max: (1n << BigInt(width)) - 1n }).map((value) => `0x${value.toString(16)}`);
  })();
  return fc.oneof({ weight: 8, arbitrary: fitting }, { weight: 1, arbitrary: wrong });
}

function fieldRequest(table: EfuseTable, fields: readonly EfuseField[]): fc.Arbitrary<BurnRequest> {
  return fc
    .constantFrom(...fields)
    .chain((field) =>
      fc
        .tuple(rarely(field.name, fc.constantFrom(...field.aliases, field.name)), valueFor(table, field))
        .map(([name, value]) => ({ kind: "field", field: name, ...(value === undefined ? {} : { value }) })),
    );
}

function blockRequest(block: EfuseBlock, words: number): fc.Arbitrary<BurnRequest> {
  const name = fc.constantFrom(block.name, ...block.aliases);
  // Data for all of BLOCK0 nearly always closes the chip, and ends a sequence.
  const whole = block.id === 0 ? fc.constant(new Uint8Array(4 * words).fill(0)) : contents(4 * words);
  return fc.oneof(
    fc.tuple(name, whole).map(([to, data]): BurnRequest => ({ kind: "block-data", block: to, data })),
    fc
      .tuple(name, contents(block.id === 0 ? 1 : 4), fc.integer({ min: 1, max: 4 * words + 1 }))
      .map(([to, data, offset]): BurnRequest => ({ kind: "block-data", block: to, data, offset })),
    fc
      .tuple(
        name,
        fc.array(
          rarely(words, fc.nat(32 * words)).chain(() => fc.nat(32 * words)),
          { minLength: 1, maxLength: 4 },
        ),
      )
      .map(([to, bits]): BurnRequest => ({ kind: "bits", block: to, bits })),
  );
}

function keyRequest(table: EfuseTable): fc.Arbitrary<BurnRequest> {
  const isEsp32 = table.chip === "esp32";
  const blocks = table.blocks.filter(
    ({ id, keyPurposeField }) => id > 0 && (isEsp32 || keyPurposeField !== null || table.chip === "esp32c2"),
  );
  const keyBytes = fc.oneof(
    { weight: 6, arbitrary: contents(32) },
    contents(64),
    contents(16),
    contents(24),
    contents(5),
  );
  const protection = isEsp32
    ? fc.constantFrom({}, { readProtect: false, writeProtect: false })
    : fc.constantFrom(
        {},
        {},
        { readProtect: false },
        { writeProtect: false },
        { readProtect: false, writeProtect: false },
      );
  const purpose = isEsp32 ? fc.constant(undefined) : fc.constantFrom(...table.keyPurposes.map(({ name }) => name));
  return fc.tuple(named(blocks), keyBytes, purpose, protection).map(([block, key, forWhat, options]) => ({
    kind: "key",
    block,
    key: { kind: "raw", bytes: key },
    ...(forWhat === undefined ? {} : { purpose: forWhat }),
    ...options,
  }));
}

/** Requests that mostly fit the chip; `digest` is that of the key in key.pem, one block comes up more often. */
export function randomRequest(
  table: EfuseTable,
  digest: Uint8Array<ArrayBuffer>,
  favourite: number,
): fc.Arbitrary<BurnRequest> {
  const words = (block: EfuseBlock): number => block.words;
  const own = table.fields.filter(({ block }) => block === 0);
  const hideable = table.fields.filter(({ readDisableBits }) => readDisableBits.length > 0);
  const takesNames = table.chip !== "esp32" && table.chip !== "esp32c2";
  const digestRequest = fc
    .tuple(named(table.blocks), fc.constantFrom("SECURE_BOOT_DIGEST0", "SECURE_BOOT_DIGEST1", "USER"))
    .map(
      ([block, purpose]): BurnRequest => ({ kind: "key-digest", digest, ...(takesNames ? { block, purpose } : {}) }),
    );
  const request = fc.oneof(
    { weight: 6, arbitrary: fieldRequest(table, own) },
    { weight: 4, arbitrary: fieldRequest(table, table.fields) },
    {
      weight: 5,
      arbitrary: fc
        .constantFrom(...table.blocks, ...table.blocks.filter(({ id }) => id === favourite))
        .chain((block) => blockRequest(block, words(block))),
    },
    { weight: 4, arbitrary: keyRequest(table) },
    { weight: 1, arbitrary: digestRequest },
    {
      weight: 2,
      arbitrary: rarely(hideable, fc.constant(table.fields))
        .chain(named)
        .map((field): BurnRequest => ({ kind: "read-protect", field })),
    },
    { weight: 2, arbitrary: named(table.fields).map((field): BurnRequest => ({ kind: "write-protect", field })) },
    { weight: 1, arbitrary: bytes(6).map((mac): BurnRequest => ({ kind: "custom-mac", mac: toHex(mac, ":") })) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("OFF", "1.8V", "3.3V")
        .map((voltage): BurnRequest => ({ kind: "flash-voltage", voltage: voltage as "OFF" })),
    },
    { weight: 1, arbitrary: nonsense.map((field): BurnRequest => ({ kind: "field", field, value: "1" })) },
  );
  // The command line can force some kinds of requests only.
  const forcible: readonly BurnRequest["kind"][] = ["field", "bits", "block-data", "key", "key-digest"];
  return fc
    .tuple(
      request,
      fc.nat(3).map((n) => n === 3),
    )
    .map(([wanted, force]) => (force && forcible.includes(wanted.kind) ? { ...wanted, force } : wanted));
}

export function randomLine(
  table: EfuseTable,
  digest: Uint8Array<ArrayBuffer>,
  favourite: number,
): fc.Arbitrary<RandomLine> {
  const reads = [
    ["summary"],
    ["summary", "--format", "json"],
    ["dump"],
    ["get-custom-mac"],
    ["adc-info"],
    ["check-error"],
  ];
  return fc.record({
    requests: fc.oneof(
      { weight: 3, arbitrary: fc.array(randomRequest(table, digest, favourite), { minLength: 1, maxLength: 1 }) },
      { weight: 2, arbitrary: fc.array(randomRequest(table, digest, favourite), { minLength: 2, maxLength: 3 }) },
    ),
    postpone: rarely(true, fc.constant(false)),
    read: rarely(null, fc.record({ words: fc.constantFrom(...reads), at: fc.nat(3) })),
  });
}

/** The words behind the options of the program, and the files they name. */
export function wordsOf({ requests, read }: RandomLine): {
  readonly words: readonly string[];
  readonly files: Readonly<Record<string, Uint8Array>>;
} {
  const files: Record<string, Uint8Array> = {};
  const commands = requests.map((request, index) => {
    const file = (data: Uint8Array<ArrayBuffer>): string => {
      files[`file${index}.bin`] = data;
      return `file${index}.bin`;
    };
    return commandOf(request, file);
  });
  if (read !== null) commands.splice(Math.min(read.at, commands.length), 0, read.words);
  return { words: commands.flat(), files };
}

function commandOf(request: BurnRequest, file: (data: Uint8Array<ArrayBuffer>) => string): readonly string[] {
  const force = request.force === true;
  const always = force ? ["--force-write-always"] : [];
  switch (request.kind) {
    case "field":
      return [
        "burn-efuse",
        ...(force ? ["--force"] : []),
        request.field,
        ...(request.value === undefined ? [] : [String(request.value)]),
      ];
    case "block-data":
      return [
        "burn-block-data",
        ...always,
        ...(request.offset === undefined ? [] : ["--offset", String(request.offset)]),
        request.block,
        file(request.data),
      ];
    case "bits":
      return ["burn-bit", ...always, request.block, ...request.bits.map(String)];
    case "key": {
      const data = file(request.key.kind === "raw" ? request.key.bytes : request.key.scalar);
      return [
        "burn-key",
        ...always,
        ...protectionOf(request),
        request.block,
        data,
        ...(request.purpose === undefined ? [] : [request.purpose]),
      ];
    }
    case "key-digest":
      return [
        "burn-key-digest",
        ...always,
        ...(request.block === undefined ? ["key.pem"] : [request.block, "key.pem", request.purpose ?? ""]),
      ];
    case "read-protect":
      return ["read-protect-efuse", request.field];
    case "write-protect":
      return ["write-protect-efuse", request.field];
    case "custom-mac":
      return ["burn-custom-mac", String(request.mac)];
    case "flash-voltage":
      return ["set-flash-voltage", request.voltage];
  }
}

/** The ESP32 has one option for both, and is the one without purposes. */
function protectionOf({
  purpose,
  readProtect,
  writeProtect,
}: Extract<BurnRequest, { kind: "key" }>): readonly string[] {
  if (purpose === undefined) return readProtect === false ? ["--no-protect-key"] : [];
  return [
    ...(readProtect === false ? ["--no-read-protect"] : []),
    ...(writeProtect === false ? ["--no-write-protect"] : []),
  ];
}
