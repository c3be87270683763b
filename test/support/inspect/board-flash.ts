import { writeU32 } from "../../../src/core/bytes/words.ts";
import { makeLittleFs } from "../../../src/filesystem.ts";
import { makeNvs } from "../../../src/nvs.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../../src/partition.ts";

export const TABLE = `nvs,data,nvs,0x9000,0x5000,
otadata,data,ota,0xe000,0x2000,
app0,app,ota_0,0x10000,0x40000,
app1,app,ota_1,0x50000,0x40000,
keys,data,nvs_keys,0x90000,0x1000,
coredump,data,coredump,0x91000,0xf000,
storage,data,spiffs,0xa0000,0x20000,
other,data,undefined,0xc0000,0x10000,
`;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An application's header and descriptor, and something behind it. */
export function application(version: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(0x1000).fill(0x90);
  bytes.set([0xe9, 1, 2, 0x20]);
  bytes.fill(0, 32, 32 + 256);
  writeU32(bytes, 32, 0xabcd5432);
  bytes.set(text(version), 48);
  bytes.set(text("blink"), 80);
  bytes.set(text("19:46:07"), 112);
  bytes.set(text("Sep 13 2026"), 128);
  bytes.set(text("v5.5"), 144);
  for (let at = 0; at < 32; at++) bytes[176 + at] = at + 1;
  return bytes;
}

/** A flash with something in each partition. */
export function boardFlash(): Uint8Array<ArrayBuffer> {
  const flash = new Uint8Array(0x100000).fill(0xff);
  flash.set(encodePartitionTable(parsePartitionCsv(TABLE).partitions), 0x8000);
  const entries = [
    { namespace: "wifi", key: "ssid", type: "string", value: "guests" },
    { namespace: "wifi", key: "channel", type: "u8", value: 6 },
    { namespace: "app", key: "boots", type: "u32", value: 7 },
  ] as const;
  flash.set(makeNvs(entries, { sizeBytes: 0x5000 }).image, 0x9000);
  // Copy 1 of the OTA data says ota_1, by its sequence of 2.
  writeU32(flash, 0xf000, 2);
  writeU32(flash, 0xf018, 2);
  writeU32(flash, 0xf01c, 0x55f63774);
  flash.set(application("v1.2.3"), 0x10000);
  flash.set(application("v2.0.0"), 0x50000);
  flash.fill(0x77, 0x90000, 0x91000);
  writeU32(flash, 0x91000, 0x1234);
  const files = [
    { path: "index.html", content: new Uint8Array(10_000).fill(7) },
    { path: "www/a", content: text("a") },
  ];
  flash.set(makeLittleFs(files, { sizeBytes: 0x20000 }), 0xa0000);
  flash.set(text("noise"), 0xc0000);
  return flash;
}
