import type { RunContext } from "../../src/cli/context.ts";
import { readNvsInput } from "../../src/cli/run/nvs/nvs-input.ts";
import {
  BACKUP_MANIFEST,
  type BackupEntry,
  type BackupRegionKind,
  formatBackupManifest,
  parseBackupManifest,
} from "../../src/core/flash-layout/backup/manifest.ts";
import { chooseInstallBuild } from "../../src/core/manifest/choose-build.ts";
import { decideInstall, improvWaits } from "../../src/core/manifest/decide-install.ts";
import { parseInstallManifest } from "../../src/core/manifest/parse-manifest.ts";
import { makeNvs } from "../../src/core/nvs/make/make-nvs.ts";
import type { NvsEntry, NvsNamespaceEntry } from "../../src/core/nvs/nvs-values.ts";
import { parseNvs } from "../../src/core/nvs/read/parse-nvs.ts";
import { nvsObject } from "../../src/core/nvs/text/nvs-objects.ts";
import { releaseManifest } from "../../test/support/install/release.ts";
import { mutated, type Random } from "../../test/support/mutation.ts";
import { type FuzzTarget, must } from "./fuzz-target.ts";
import { mutatedJson } from "./mutated-json.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const NVS_CSV = [
  'key,type,encoding,value\n# a line\nwifi,namespace,,\nsta.ssid,data,string,"my ""home"""\nsta.pswd,data,string,\n' +
    "channel,data,u8,11\nbig,data,i64,-9223372036854775808\nraw,data,hex2bin,00ffAB\nb64,data,base64,AAECAw==\n",
  "key,type,encoding,value\r\napp,namespace,,\r\nfill,data,blob_fill(12;0xFE),abc\r\nsz,data,blob_sz_fill(9;0x00),ä\r\n" +
    'file,file,binary,a.bin\r\ntext,file,string,a.bin\r\nmulti,data,string,"one\ntwo"\r\n',
].map(utf8);
const NVS_JSON = {
  wifi: { ssid: { type: "string", value: "home" }, channel: { type: "u8", value: 11 } },
  app: {
    count: { type: "i64", value: "-5" },
    blob: { type: "blob", value: "00ff" },
    more: { type: "blob", encoding: "base64", value: "AAEC" },
    file: { type: "blob", file: "a.bin" },
  },
};
const NVS_JSONS = [utf8(JSON.stringify(NVS_JSON))];
const NVS_YAML = [
  "wifi: &w\n  ssid: { type: string, value: home }\n  channel:\n    type: u8\n    value: 0x0b\napp:\n" +
    "  count: { type: i64, value: -5 }\n  text: { type: string, value: |\n    one\n    two\n  }\nagain: *w\n",
  '? app\n: blob: !!map { type: blob, value: "00ff" }\n  big: { type: u64, value: 18446744073709551615 }\n',
].map(utf8);

const CSV_VALUES = [
  "",
  "0",
  "42",
  "-1",
  " 7",
  "0x10",
  "256",
  "-9223372036854775809",
  "ff0",
  "00ff",
  "AAEC",
  '"a,""b"',
  "x\0y",
];
const CSV_ENCODINGS = [
  "u8",
  "i8",
  "u64",
  "i64",
  "STRING",
  "string",
  "binary",
  "hex2bin",
  "base64",
  "blob_fill(4;0xFF)",
];

/** Either with some bytes that are others, or of rows of which each has the right form. */
function randomCsv(random: Random): Uint8Array<ArrayBuffer> {
  if (random(2) === 0) return mutated(random, NVS_CSV);
  const rows = Array.from({ length: random(12) }, (_, index) => {
    const key = ["a", "sta.ssid", "sta.pswd", "", "a key of 16 byte"][random(12)] ?? `key${index}`;
    if (random(4) === 0) return `${key},namespace,,`;
    const encoding = CSV_ENCODINGS[random(CSV_ENCODINGS.length)] ?? "";
    return `${key},${random(6) === 0 ? "file" : "data"},${encoding},${CSV_VALUES[random(CSV_VALUES.length)]}`;
  });
  return utf8(["key,type,encoding,value", ...rows].join("\n"));
}

/** As the command line has them, but for the files: there is one, of three bytes. */
function inputContext(bytes: Uint8Array<ArrayBuffer>, input: string): RunContext {
  const read = async (path: string): Promise<Uint8Array> => (path === input ? bytes : Uint8Array.of(0x61, 0x62, 0x63));
  // `readNvsInput` asks for the files of the host and nothing else.
  return { host: { files: { read } } } as unknown as RunContext;
}

/** What is read of a text can be written as one, and is read again as the same. */
async function takeNvsText(bytes: Uint8Array<ArrayBuffer>, input: string): Promise<void> {
  const { entries, isCsv } = await readNvsInput(inputContext(bytes, input), input);
  must(entries.length <= bytes.length + 8, "more entries than the text has room for");
  const values = entries.filter(isValue);
  const text = nvsTextOf(values);
  if (text !== null) {
    const again = (await readNvsInput(inputContext(utf8(text), "x.json"), "x.json")).entries.filter(isValue);
    must(shown(again) === shown(values), "entries that are read differently");
  }
  const { image } = makeNvs(entries, { sizeBytes: 0x8000, asOriginal: isCsv });
  must(text === null || parseNvs(image).problems.length === 0, "an image with problems was made");
}

function isValue(entry: NvsEntry | NvsNamespaceEntry): entry is NvsEntry {
  return entry.type !== "namespace";
}

/** Null: keys that are there twice are one in a table of names. */
function nvsTextOf(entries: readonly NvsEntry[]): string | null {
  const names = new Set(entries.map(({ namespace, key }) => `${namespace}\0${key}`));
  if (names.size < entries.length || entries.some(({ namespace }) => namespace === "")) return null;
  return JSON.stringify(nvsObject(entries));
}

/** In an order that does not depend on names that look like numbers. */
function shown(entries: readonly NvsEntry[]): string {
  const lines = entries.map(({ namespace, key, type, value }) => `${namespace}\0${key}\0${type}\0${String(value)}`);
  return lines.sort().join("\n");
}

function backupEntry(
  name: string,
  kind: BackupRegionKind,
  [address, sizeBytes]: readonly [number, number],
  file: string | null,
): BackupEntry {
  return { name, kind, address, sizeBytes, file, dataBytes: file === null ? 0 : 0x1000, md5: "a".repeat(32) };
}

const BACKUP = formatBackupManifest({
  chip: "esp32c3",
  mac: "24:0a:c4:00:5a:05",
  flashBytes: 0x1_0000,
  encrypted: false,
  tableAddress: 0x8000,
  partitions: [
    { name: "nvs", type: 1, subtype: 2, address: 0x9000, sizeBytes: 0x6000, encrypted: false, readonly: false },
  ],
  entries: [
    backupEntry("bootloader", "bootloader", [0, 0x8000], "0.gz"),
    backupEntry("partition-table", "partition-table", [0x8000, 0x1000], "8000.gz"),
    backupEntry("nvs", "partition", [0x9000, 0x6000], null),
    backupEntry("0xf000", "gap", [0xf000, 0x1000], null),
  ],
  complete: true,
});

/** No file of a backup is anywhere but in its folder, and no region outside of the flash. */
function takeBackup(bytes: Uint8Array<ArrayBuffer>): void {
  const manifest = parseBackupManifest(bytes);
  const files = new Set<string>();
  let end = 0;
  for (const { address, sizeBytes, file, dataBytes } of manifest.entries) {
    must(address >= end && address + sizeBytes <= manifest.flashBytes, "a region is where none can be");
    end = address + sizeBytes;
    must(dataBytes <= sizeBytes, "a file with more than its region");
    if (file === null) continue;
    must(/^[\w.-]+$/.test(file) && !file.startsWith(".") && !files.has(file), `a file of another place: ${file}`);
    must(file !== BACKUP_MANIFEST, "a region in the manifest");
    files.add(file);
  }
  const again = formatBackupManifest(parseBackupManifest(formatBackupManifest(manifest)));
  must(Buffer.compare(again, formatBackupManifest(manifest)) === 0, "a manifest that is read differently");
}

const TARGET = { chip: "esp32c3", serialType: "cdc", revision: 3, flashBytes: 0x40_0000, psramBytes: null } as const;
const RELEASES = [utf8(JSON.stringify(releaseManifest())), utf8(JSON.stringify(releaseManifest({ digests: false })))];

function takeManifest(bytes: Uint8Array<ArrayBuffer>): void {
  const manifest = parseInstallManifest(new TextDecoder().decode(bytes));
  decideInstall(manifest, { firmware: "x", version: "y" });
  improvWaits(manifest);
  const { build } = chooseInstallBuild(manifest, TARGET);
  for (const { offset } of build.parts)
    must(offset === null || (Number.isSafeInteger(offset) && offset >= 0), "a part that is nowhere");
}

const nvsText = (name: string, input: string, make: (random: Random) => Uint8Array<ArrayBuffer>): FuzzTarget => ({
  name,
  make,
  take: (bytes) => takeNvsText(bytes, input),
});

/** Texts that say what is to be in flash: entries of NVS, and manifests. */
export const TEXT_TARGETS: readonly FuzzTarget[] = [
  nvsText("nvs-csv", "x.csv", randomCsv),
  nvsText("nvs-json", "x.json", (random) => mutatedJson(random, NVS_JSONS)),
  // JSON is YAML, too.
  nvsText("nvs-yaml", "x.yaml", (random) =>
    random(2) === 0 ? mutated(random, NVS_YAML) : mutatedJson(random, NVS_JSONS),
  ),
  { name: "backup-manifest", make: (random) => mutatedJson(random, [BACKUP]), take: takeBackup },
  { name: "install-manifest", make: (random) => mutatedJson(random, RELEASES), take: takeManifest },
];
