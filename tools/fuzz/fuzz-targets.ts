/** What `tools/fuzz/fuzz.ts` feeds: every parser of files and of the wire, each with a maker of inputs that get deep into it. */

import { recognise } from "../../src/core/bundle/contents/contents.ts";
import { splitMerged } from "../../src/core/bundle/contents/split-merged.ts";
import { finishBundle } from "../../src/core/bundle/finish/finish-bundle.ts";
import { KEEP_SETTINGS } from "../../src/core/bundle/flash-bundle.ts";
import { parseFlashArgsText } from "../../src/core/bundle/format/flash-args-text.ts";
import { parseFlasherArgs } from "../../src/core/bundle/format/flasher-args.ts";
import { parseIni } from "../../src/core/bundle/format/ini.ts";
import { parseKconfig } from "../../src/core/bundle/format/kconfig.ts";
import { parseRunnersYaml } from "../../src/core/bundle/format/runners-yaml.ts";
import { parseToml } from "../../src/core/bundle/format/toml.ts";
import { insidePath } from "../../src/core/bundle/tree/inside-path.ts";
import { readZipDirectory } from "../../src/core/bundle/tree/zip-directory.ts";
import { crc32 } from "../../src/core/bytes/crc32.ts";
import { inflateRaw } from "../../src/core/bytes/deflate.ts";
import { equalBytes, writeU16, writeU32 } from "../../src/core/bytes/words.ts";
import { CHIPS } from "../../src/core/chip/catalog.ts";
import { extendEfuseTable } from "../../src/core/efuse/table/custom-table.ts";
import { loadEfuseTable } from "../../src/core/efuse/table/load-table.ts";
import { parseElf } from "../../src/core/elf/elf.ts";
import { isEspError } from "../../src/core/errors.ts";
import { elfToImage } from "../../src/core/image/convert/elf-to-image.ts";
import { loadableSections, loadableSegments } from "../../src/core/image/elf/loadable-parts.ts";
import { parseIntelHex } from "../../src/core/image/exchange/intel-hex.ts";
import type { Run } from "../../src/core/image/exchange/runs.ts";
import { parseUf2, writeUf2 } from "../../src/core/image/exchange/uf2.ts";
import { writeIntelHex } from "../../src/core/image/exchange/write-intel-hex.ts";
import { buildImage } from "../../src/core/image/firmware/build-image.ts";
import { parseImage } from "../../src/core/image/firmware/parse-image.ts";
import { patchHeader } from "../../src/core/image/firmware/patch-header.ts";
import { overlapError } from "../../src/core/image/overlap.ts";
import { readFirmwareFile } from "../../src/core/image/read-firmware-file.ts";
import { decodeSignatureBlock, encodeSignatureBlock } from "../../src/core/image/signature/signature-block.ts";
import { encodeImprovFrame } from "../../src/core/improv/encode-frame.ts";
import { improvReader } from "../../src/core/improv/improv-reader.ts";
import { editNvs } from "../../src/core/nvs/edit/edit-nvs.ts";
import { makeNvs } from "../../src/core/nvs/make/make-nvs.ts";
import { parseNvs } from "../../src/core/nvs/read/parse-nvs.ts";
import { parsePartitionCsv } from "../../src/core/partition/csv/parse-csv.ts";
import { bootSlot } from "../../src/core/partition/ota/boot-slot.ts";
import { OTA_DATA_BYTES, parseOtaData } from "../../src/core/partition/ota/ota-data.ts";
import { readPartitionFile } from "../../src/core/partition/read-partition-file.ts";
import { encodePartitionTable } from "../../src/core/partition/table/binary-table.ts";
import { parseKey } from "../../src/core/secure/key/read-key.ts";
import { isPrivateKey, publicKeyOf } from "../../src/core/secure/key/signing-key.ts";
import { privateKeyPem, publicKeyPem } from "../../src/core/secure/key/write-key.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../../src/core/wire/packet.ts";
import { SlipDecoder, slipEncode } from "../../src/core/wire/slip.ts";
import { randomHexFile } from "../../test/support/image/hex-records.ts";
import { zipOf } from "../../test/support/image/zip-builder.ts";
import { mutated, type Random, randomBytes } from "../../test/support/mutation.ts";
import { damagedKeyFile } from "../../test/support/secure/key-seeds.ts";
import { BUILD_TARGETS } from "./build-targets.ts";
import { CRASH_TARGETS } from "./crash-targets.ts";
import { FILE_SYSTEM_TARGETS } from "./file-system-targets.ts";
import { type FuzzTarget, must } from "./fuzz-target.ts";
import { TEXT_TARGETS } from "./text-targets.ts";

export type { FuzzTarget } from "./fuzz-target.ts";

const SEGMENT_ADDRESSES = [
  0x3f400020, 0x3ffb0000, 0x40080000, 0x400d0018, 0x42000020, 0x4037_0000, 0x40201010, 0x3c000020,
];

/** An image whose fields are drawn from what parsers look at. */
function randomImage(random: Random): Uint8Array<ArrayBuffer> {
  const chip = CHIPS[random(CHIPS.length)];
  const bytes = randomBytes(random, 64 + random(400));
  const isFamily = chip !== undefined && chip.imageChipId !== null;
  bytes.set([random(12) === 0 ? 0xea : 0xe9, random(4), random(5), random(256)]);
  if (isFamily) {
    writeU16(bytes, 12, chip.imageChipId ?? 0);
    bytes[23] = random(2);
  }
  let at = isFamily ? 24 : 8;
  for (let segment = 0; segment < (bytes[1] ?? 0) && at + 8 < bytes.length; segment++) {
    const length = 4 * random(30);
    writeU32(bytes, at, SEGMENT_ADDRESSES[random(SEGMENT_ADDRESSES.length)] ?? 0);
    writeU32(bytes, at + 4, length);
    at += 8 + length;
  }
  return bytes;
}

/** A program of one to four sections, each also a program header, with their names. */
function randomElf(random: Random): Uint8Array<ArrayBuffer> {
  const count = 1 + random(4);
  const names = ["", ".text", ".flash.appdesc", ".flash.rodata", ".irom0.text", ".shstrtab"];
  const table = new TextEncoder().encode(`${names.join("\0")}\0`);
  const data = randomBytes(random, 600);
  const tableAt = 52 + data.length;
  const sectionsAt = tableAt + table.length;
  const programsAt = sectionsAt + (count + 2) * 40;
  const bytes = new Uint8Array(programsAt + count * 32);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  bytes.set(data, 52);
  bytes.set(table, tableAt);
  const halves: readonly [number, number][] = [
    [16, 2],
    [18, random(2) === 0 ? 94 : 243],
    [40, 52],
    [42, 32],
    [44, count],
    [46, 40],
    [48, count + 2],
    [50, count + 1],
  ];
  for (const [offset, value] of halves) writeU16(bytes, offset, value);
  writeU32(bytes, 24, 0x40080000);
  writeU32(bytes, 28, programsAt);
  writeU32(bytes, 32, sectionsAt);
  for (let index = 0; index < count; index++) {
    const nameOffset = names.slice(0, 1 + random(5)).join("\0").length + 1;
    const address = (SEGMENT_ADDRESSES[random(SEGMENT_ADDRESSES.length)] ?? 0) + 4 * random(64);
    const offset = 52 + 4 * random(64);
    const length = random(300);
    const section = [nameOffset, [1, 1, 14, 8][random(4)] ?? 1, 2, address, offset, length, 0, 0, 4, 0];
    section.forEach((word, field) => {
      writeU32(bytes, sectionsAt + (index + 1) * 40 + field * 4, word);
    });
    [1, offset, address, address, length, length, 5, 4].forEach((word, field) => {
      writeU32(bytes, programsAt + index * 32 + field * 4, word);
    });
  }
  [0, 3, 0, 0, tableAt, table.length, 0, 0, 1, 0].forEach((word, field) => {
    writeU32(bytes, sectionsAt + (count + 1) * 40 + field * 4, word);
  });
  return bytes;
}

function randomUf2(random: Random): Uint8Array<ArrayBuffer> {
  const files: Run[] = Array.from({ length: 1 + random(3) }, () => ({
    address: random(0x800),
    data: randomBytes(random, random(600)),
  }));
  return writeUf2(files, { familyId: random(3) === 0 ? null : 0x1c5f21b0, md5: random(2) === 0 });
}

/** As made, or changed a little. */
function perhapsMutated(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return random(3) === 0 ? bytes : mutated(random, [bytes]);
}

function checkRuns(runs: readonly Run[]): void {
  let end = -1;
  for (const { address, data } of runs) {
    must(address > end && data.length > 0, "runs touch or are empty");
    end = address + data.length;
  }
  must(end <= 0x1_0000_0000, "a run goes beyond 32 bits");
}

/** In pieces of drawn sizes, as a port delivers them; what comes out must encode to what went in, as far as it is frames. */
function takeSlip(bytes: Uint8Array<ArrayBuffer>): void {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new SlipDecoder({
    frame: (frame) => {
      frames.push(frame);
      decodeReply(frame);
      decodeRequest(frame);
    },
    noise: () => {},
  });
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + ((bytes[at] ?? 0) % 37);
    decoder.push(bytes.subarray(at, at + length));
    at += length;
  }
  must(frames.reduce((sum, frame) => sum + frame.length, 0) <= bytes.length, "more came out than went in");
  const again: Uint8Array<ArrayBuffer>[] = [];
  const second = new SlipDecoder({
    frame: (frame) => again.push(frame),
    noise: () => must(false, "a frame became noise"),
  });
  second.push(Uint8Array.of(0xc0));
  for (const frame of frames) second.push(slipEncode(frame));
  must(again.length === frames.length, "frames were lost");
  must(
    frames.every((frame, index) => equalBytes(frame, again[index] ?? new Uint8Array(0))),
    "frames were changed",
  );
}

function takePacket(bytes: Uint8Array<ArrayBuffer>): void {
  const reply = decodeReply(bytes);
  if (reply !== null) must(equalBytes(encodeReply(reply), bytes), "a reply was changed");
  const request = decodeRequest(bytes);
  if (request !== null) must(equalBytes(encodeRequest(request), bytes), "a request was changed");
}

function randomPacket(random: Random): Uint8Array<ArrayBuffer> {
  const data = randomBytes(random, random(40));
  const opcode = random(256);
  return random(2) === 0 ? encodeRequest({ opcode, checksum: 1, data }) : encodeReply({ opcode, value: 2, data });
}

/** A signature block with its checksum right, or now and then not. */
function randomSignatureBlock(random: Random): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1216);
  bytes.set(randomBytes(random, 165), 0);
  bytes.set([
    random(20) === 0 ? 0xe6 : 0xe7,
    1 + random(4),
    random(3) === 0 ? random(256) : random(2),
    random(9) === 0 ? 1 : 0,
  ]);
  bytes[random(2) === 0 ? 36 : 52] = random(5);
  if (random(3) > 0) bytes.fill(0, random(2) === 0 ? 149 : 245);
  if (random(9) > 0) writeU32(bytes, 1196, crc32(bytes.subarray(0, 1196)));
  return bytes;
}

function takeKey(bytes: Uint8Array<ArrayBuffer>): void {
  const key = parseKey(bytes);
  const pem = isPrivateKey(key) ? privateKeyPem(key) : publicKeyPem(key);
  const again = parseKey(new TextEncoder().encode(pem));
  must(publicKeyPem(publicKeyOf(again)) === publicKeyPem(publicKeyOf(key)), "a key was changed");
}

function takeSignatureBlock(bytes: Uint8Array<ArrayBuffer>): void {
  const found = decodeSignatureBlock(bytes);
  if (found.state === "whole") must(equalBytes(encodeSignatureBlock(found.block), bytes), "a block was changed");
}

const EFUSES = await loadEfuseTable("esp32c3", null);

/** An ESP-IDF eFuse table whose entries mostly follow each other. */
function randomEfuseRows(random: Random): Uint8Array<ArrayBuffer> {
  const rows = Array.from({ length: 1 + random(6) }, (_, index) => {
    const name = ["", "A", "A.B", "$HOME"][random(4)] ?? "";
    const start = random(2) === 0 ? "" : String(random(260));
    const count = ["1", "0x8", "MAX_BLK_LEN", "0"][random(20) % (1 + random(4))] ?? "1";
    return `${name}${index}, EFUSE_BLK${random(12)}, ${start}, ${count}, [ALT${random(9)}] a comment`;
  });
  return new TextEncoder().encode(rows.join("\n"));
}

const PARTITION_LINES = [
  "nvs,data,nvs,0x9000,0x4000,",
  "otadata,data,ota,,8K,encrypted",
  "factory,app,factory,,1M,",
  "ota_0,app,ota_0,,-4M,",
  "one,app,ota_1,0x400000,1M",
  "# a line",
  "x,0x40,1,,0b1k",
].join("\n");

function randomPartitionTable(random: Random): Uint8Array<ArrayBuffer> {
  const { partitions } = parsePartitionCsv(PARTITION_LINES);
  const table = encodePartitionTable(partitions.slice(0, 1 + random(partitions.length)), { md5: random(2) === 0 });
  return mutated(random, [table.subarray(0, 32 * (1 + random(12)))]);
}

function randomPartitionCsv(random: Random): Uint8Array<ArrayBuffer> {
  return mutated(random, [new TextEncoder().encode(PARTITION_LINES)]);
}

/** What is read without an error can be written, and is read again as the same. */
function takePartitions(bytes: Uint8Array<ArrayBuffer>): void {
  const { partitions, problems } = readPartitionFile(bytes);
  must(partitions.length <= 10_000 && problems.length <= 100_000, "partitions without end");
  // A name that is cut may lose half a character.
  if (problems.some(({ level, kind }) => level === "error" || kind === "name-cut")) return;
  const table = encodePartitionTable(partitions);
  const again = encodePartitionTable(readPartitionFile(table, { verify: false }).partitions);
  must(equalBytes(table, again), "a table that is read differently");
}

/** Two pages with an entry of each kind, and a blob over more than one entry. */
const NVS_IMAGE: Uint8Array<ArrayBuffer> = makeNvs(
  [
    { namespace: "wifi", key: "ssid", type: "string", value: "home" },
    { namespace: "wifi", key: "channel", type: "u8", value: 11 },
    { namespace: "app", key: "count", type: "i64", value: -5n },
    { namespace: "app", key: "blob", type: "blob", value: Uint8Array.from({ length: 200 }, (_, index) => index) },
  ],
  { sizeBytes: 0x3000 },
).image;

/** Most changes go where entries are: the first page. */
function randomNvs(random: Random): Uint8Array<ArrayBuffer> {
  const image = NVS_IMAGE.slice();
  for (let count = 1 + random(12); count > 0; count--)
    image[random(random(4) === 0 ? image.length : 700)] = random(256);
  return image;
}

/** Whatever can be read can be edited, and the edit is there afterwards. */
function takeNvs(bytes: Uint8Array): void {
  const { entries } = parseNvs(bytes);
  must(entries.length <= 126 * 3, "entries without end");
  const { image } = editNvs(bytes, [{ kind: "set", entry: { namespace: "fuzz", key: "new", type: "u16", value: 7 } }]);
  const found = parseNvs(image).entries.find(({ namespace, key }) => namespace === "fuzz" && key === "new");
  must(found !== undefined, "an edit that is not there");
}

const LISTS = [
  '{"flash_files":{"0x0":"a/b.bin","0x8000":"../c.bin"},"app":{"offset":"0x0","file":"a/b.bin","encrypted":"true"},' +
    '"flash_settings":{"flash_mode":"dio"},"extra_esptool_args":{"after":"no-reset","chip":"esp32"}}',
  "--flash-mode dio --flash-size 4MB\n0x1000 boot loader.bin\n0x8000 ..\\x.bin\n",
  "[platformio]\ndefault_envs = a,\n  b\nbuild_dir = ../x ; c\n[env:a]\nboard: x\n",
  '[idf]\nbootloader = "../b.bin" # c\n[target.\'cfg(x)\']\nrunner = [ "a",\n "b" ]\n',
  'CONFIG_SOC="esp32"\nargs:\n  esp32:\n    - --esp-app-address=0x1000\n  bin_file: ../z.bin\n',
].map((text) => new TextEncoder().encode(text));

/** Whatever a list says, no path of it leads out. */
function takeLists(bytes: Uint8Array<ArrayBuffer>): void {
  const text = new TextDecoder().decode(bytes);
  const paths = parseFlashArgsText(text).files.map(({ path }) => path);
  for (const section of parseIni(text).values()) paths.push(...section.values());
  for (const section of parseToml(text).values()) paths.push(...[...section.values()].flat());
  paths.push(...parseKconfig(text).values(), parseRunnersYaml(text).binFile ?? "");
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Most damaged JSON is none.
  }
  paths.push(...parseFlasherArgs(value).files.map(({ path }) => path));
  for (const path of paths) {
    const inside = safePath(path);
    must(inside === null || !/(?:^|\/)\.\.(?:\/|$)|^\/|\0/.test(inside), "a path that leads out");
  }
}

const ARCHIVES = [
  zipOf([{ name: "d/" }, { name: "d/a.bin", contents: new Uint8Array(2000).fill(7) }, { name: "b" }]),
  zipOf([{ name: "a", contents: LISTS[0] ?? new Uint8Array(), method: 0 }], "a comment"),
];

/** What a directory tells of lies in the archive, and unpacks to what it says or to nothing. */
function takeArchive(bytes: Uint8Array<ArrayBuffer>): void {
  for (const { path, kind, offset, packedBytes, sizeBytes, method } of readZipDirectory(bytes)) {
    must(offset + packedBytes <= bytes.length, "contents behind the end");
    must(safePath(path) === `folder/${path}`, "a path that leads out");
    if (kind !== "file" || sizeBytes > 1_000_000 || method === 0) continue;
    const contents = inflateRaw(bytes.slice(offset, offset + packedBytes), sizeBytes);
    must(contents === null || contents.length === sizeBytes, "another size than it says");
  }
}

function safePath(path: string): string | null {
  try {
    return insidePath("folder", path);
  } catch (error) {
    if (isEspError(error)) return null;
    throw error;
  }
}

function randomWhole(random: Random): Uint8Array<ArrayBuffer> {
  const { partitions } = parsePartitionCsv(PARTITION_LINES);
  const table = encodePartitionTable(partitions.slice(0, 1 + random(partitions.length)));
  const image = new Uint8Array(0x9000 + random(0x2000)).fill(random(4) === 0 ? 0 : 0xff);
  const start = random(2) === 0 ? 0 : 0x1000;
  // Of an ESP32-C3, or whatever chance wants.
  image.set(
    [0xe9, random(3), 2, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, random(4) === 0 ? random(32) : start === 0 ? 5 : 0, 0],
    start,
  );
  image.set(table, 0x8000);
  for (let count = random(6); count > 0; count--) image[random(image.length)] = random(256);
  return image;
}

/** The parts are of the image, and where they are in it. */
function takeWhole(bytes: Uint8Array<ArrayBuffer>): void {
  const { merged, chip } = recognise(bytes);
  if (merged === null) return;
  const files = splitMerged("x", bytes, merged);
  for (const { address, data } of files) {
    must(address !== null && data !== null && address >= merged.address, "a part without a place");
    if (address === null || data === null) continue;
    const at = address - merged.address;
    must(equalBytes(data, bytes.subarray(at, at + data.length)), "a part that is not of the image");
  }
  const settings = { settings: KEEP_SETTINGS, elfFiles: [], facts: [], problems: [], howToBuild: "" };
  finishBundle({ kind: "merged", folder: "", chip, files, ...settings });
}

const PLACE = { address: 0x1000, name: "fuzz" };

const IMPROV_STREAMS: readonly Uint8Array[] = [
  Buffer.concat([
    Buffer.from("I (312) wifi: "),
    encodeImprovFrame({ type: "state", value: 4 }),
    encodeImprovFrame({ type: "result", command: 2, strings: ["http://10.0.0.9", "a"] }),
    Buffer.from("IMPROVed\n"),
  ]),
  Buffer.concat([1, 2, 3].map((value) => encodeImprovFrame({ type: "error", value }))),
];

/** What is read does not depend on the pieces in which it arrives, and nothing is held back for good. */
function takeImprov(bytes: Uint8Array<ArrayBuffer>): void {
  const half = bytes.length >> 1;
  const whole = improvIn([bytes]);
  must(whole === improvIn([bytes.subarray(0, half), bytes.subarray(half)]), "pieces are read differently");
  must(whole === improvIn(Array.from(bytes, (byte) => Uint8Array.of(byte))), "single bytes are read differently");
}

function improvIn(pieces: readonly Uint8Array<ArrayBuffer>[]): string {
  let heard = "";
  const reader = improvReader({
    text: (text) => {
      heard += Buffer.from(text).toString("hex");
    },
    frame: (frame) => {
      heard += JSON.stringify(frame);
      if (frame.type !== "malformed") encodeImprovFrame(frame);
    },
  });
  for (const piece of pieces) reader.push(piece);
  must(reader.pendingBytes <= 265, "more held back than a frame has");
  reader.flush();
  must(reader.pendingBytes === 0, "held back for good");
  return heard;
}

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  {
    name: "intel-hex",
    make: (random) => perhapsMutated(random, randomHexFile(random)),
    take: (bytes) => {
      const { runs } = parseIntelHex(bytes);
      checkRuns(runs);
      const again = parseIntelHex(writeIntelHex(runs)).runs;
      must(again.length === runs.length, "writing and reading changed the number of runs");
    },
  },
  {
    name: "uf2",
    make: (random) => perhapsMutated(random, randomUf2(random)),
    take: (bytes) => {
      for (const { runs } of parseUf2(bytes).families) checkRuns(runs);
    },
  },
  {
    name: "firmware-file",
    make: (random) => {
      const makers = [randomHexFile, randomUf2, randomElf, randomImage];
      return perhapsMutated(random, (makers[random(makers.length)] ?? randomHexFile)(random));
    },
    take: (bytes) => {
      const { parts, families } = readFirmwareFile(bytes, PLACE);
      must(parts.length > 0, "a file without parts");
      // A chip takes the parts of its family; those of others may stand at the same place.
      for (const { parts: own } of families ?? [{ parts }]) must(overlapError(own) === null, "parts share a sector");
    },
  },
  {
    name: "image",
    make: (random) => perhapsMutated(random, randomImage(random)),
    take: (bytes) => must(equalBytes(buildImage(parseImage(bytes)), bytes), "building what was read changed it"),
  },
  {
    name: "patch-header",
    make: (random) => perhapsMutated(random, randomImage(random)),
    take: (bytes) => {
      const settings = { mode: "qio", frequency: "keep", size: "4MB" };
      for (const chip of CHIPS) {
        const patched = patchHeader(chip, { data: bytes, address: chip.bootloaderOffset, name: "fuzz", settings });
        must(patched.data.length === bytes.length, "patching changed the length");
      }
    },
  },
  {
    name: "elf",
    make: (random) => perhapsMutated(random, randomElf(random)),
    take: (bytes) => {
      const elf = parseElf(bytes);
      loadableSegments(elf);
      loadableSections(elf);
    },
  },
  {
    name: "elf-to-image",
    make: (random) => perhapsMutated(random, randomElf(random)),
    take: (bytes) => {
      const chip = CHIPS[(bytes[60] ?? 0) % CHIPS.length]?.id ?? "esp32";
      for (const { bytes: image } of elfToImage(bytes, { chip }).outputs) must(image.length > 0, "an image is empty");
    },
  },
  {
    name: "slip",
    make: (random) => {
      const frames = Array.from({ length: random(4) }, () => [...slipEncode(randomPacket(random))]).flat();
      return perhapsMutated(random, Uint8Array.from(frames));
    },
    take: takeSlip,
  },
  ...CRASH_TARGETS,
  { name: "nvs", make: randomNvs, take: takeNvs },
  ...FILE_SYSTEM_TARGETS,
  { name: "improv", make: (random) => mutated(random, IMPROV_STREAMS), take: takeImprov },
  { name: "signing-key", make: damagedKeyFile, take: takeKey },
  {
    name: "signature-block",
    make: (random) => perhapsMutated(random, randomSignatureBlock(random)),
    take: takeSignatureBlock,
  },
  {
    name: "efuse-table",
    make: (random) => perhapsMutated(random, randomEfuseRows(random)),
    take: (bytes) => {
      for (const { field } of extendEfuseTable(EFUSES, bytes).fields) {
        const block = EFUSES.blocks[field.block];
        must(block !== undefined && (field.bit ?? 0) + field.width <= 32 * block.words, "a field leaves its block");
      }
    },
  },
  { name: "partition-table", make: randomPartitionTable, take: takePartitions },
  { name: "partition-csv", make: randomPartitionCsv, take: takePartitions },
  { name: "bundle-lists", make: (random) => mutated(random, LISTS), take: takeLists },
  { name: "bundle-zip", make: (random) => mutated(random, ARCHIVES), take: takeArchive },
  ...BUILD_TARGETS,
  ...TEXT_TARGETS,
  { name: "bundle-whole", make: randomWhole, take: takeWhole },
  {
    name: "ota-data",
    make: (random) => {
      const bytes = new Uint8Array(OTA_DATA_BYTES).fill(0xff);
      for (const offset of [0, 0x1000]) bytes.set(randomBytes(random, random(33)), offset);
      return bytes;
    },
    take: (bytes) => {
      const { partitions } = parsePartitionCsv(PARTITION_LINES);
      for (const rollback of [false, true]) {
        const { partition, copy } = bootSlot(partitions, parseOtaData(bytes), { rollback });
        must(copy === null || partition !== null, "a copy that chooses nothing");
      }
    },
  },
  { name: "packet", make: (random) => perhapsMutated(random, randomPacket(random)), take: takePacket },
];
