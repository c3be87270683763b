import { generateNvsKeys, makeNvs, nvsKeysPartition } from "../../../src/nvs.ts";
import { bytes } from "./sessions.ts";
import type { RightCalls } from "./types.ts";

const entries = (): object[] => [
  { namespace: "storage", key: "blob", type: "blob", value: bytes(40) },
  { namespace: "storage", key: "count", type: "u8", value: 1 },
];
const image = (): Uint8Array => makeNvs(entries() as never, { sizeBytes: 0x3000 }).image;
const keys = generateNvsKeys();
const sealed = (): Uint8Array => makeNvs(entries() as never, { sizeBytes: 0x3000, keys }).image;
const edits = (): object[] => [
  { kind: "set", entry: { namespace: "storage", key: "blob", type: "blob", value: bytes(80) } },
  { kind: "erase", namespace: "storage", key: "count" },
  { kind: "erase-namespace", namespace: "storage" },
];
const csv = (): string[] => ["key,type,encoding,value\nstorage,namespace,,\nf,file,binary,f.bin\n"];
const reading = (): object => ({ readFile: async () => bytes(4), wifiEntries: true });
const making = (): object => ({ sizeBytes: 0x3000, version: 2, keys: keys.slice(), asOriginal: false });

export const NVS: RightCalls = {
  decryptNvs: { args: () => [sealed(), keys.slice()] },
  deriveNvsKeys: { args: () => [bytes(32)] },
  editNvs: { args: () => [sealed(), edits(), { keys: keys.slice() }] },
  encryptNvs: { args: () => [image(), keys.slice()] },
  generateNvsKeys: { args: () => [] },
  makeNvs: { args: () => [entries(), making()] },
  makeNvsFromCsv: { args: () => [csv(), { ...reading(), ...making() }] },
  nvsCsv: { args: () => [entries()] },
  nvsObject: { args: () => [entries()] },
  nvsKeysPartition: { args: () => [keys.slice()] },
  parseNvs: { args: () => [sealed(), { keys: keys.slice() }] },
  readNvsCsv: { args: () => [csv(), reading()] },
  readNvsObject: {
    args: () => [
      { storage: { f: { type: "blob", file: "f.bin" }, s: { type: "string", value: "x" } } },
      { readFile: async () => bytes(4) },
    ],
  },
  readNvsValue: { args: () => ["u8", "1"] },
  readNvsKeys: { args: () => [nvsKeysPartition(keys)] },
};
