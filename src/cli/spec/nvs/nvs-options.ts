import { PARTITION_TABLE_ADDRESS } from "../flash/partition-options.ts";
import type { OptionSpec } from "../types.ts";

const file = (name: string, summary: string, use?: "write" | "keep"): OptionSpec => ({
  name,
  value: { label: "FILE", kind: "file", ...(use !== undefined && { use }) },
  summary,
});

/** Of the original generator, under its names. */
export const OUTDIR: OptionSpec = {
  name: "outdir",
  value: { label: "DIR", kind: "text" },
  summary: "Where outputs with relative names go; default: the current folder",
};
export const NVS_VERSION: OptionSpec = {
  name: "version",
  value: { label: "VERSION", kind: "choice", choices: ["1", "2"] },
  default: "2",
  summary: "1: without blobs over several pages, for firmware of before ESP-IDF 3.2",
};
export const BY_NAME: OptionSpec = {
  name: "by-name",
  summary:
    "Put entries of a namespace that is taken up again into it, not into the newest as the original generator does",
};
export const KEY_OPTIONS: readonly OptionSpec[] = [
  {
    name: "keyfile",
    value: { label: "FILE", kind: "text" },
    summary: "Name of the keys file to make, in the folder keys",
  },
  { name: "key-protect-hmac", summary: "Derive the keys from an HMAC key, as the HMAC scheme does" },
  { name: "kp-hmac-keygen", summary: "Make a new HMAC key" },
  {
    name: "kp-hmac-keyfile",
    value: { label: "FILE", kind: "text" },
    summary: "Name of the HMAC key file to make, in the folder keys",
  },
  file("kp-hmac-inputkey", "The HMAC key: 32 bytes"),
];
export const ENCRYPT_OPTIONS: readonly OptionSpec[] = [
  { name: "keygen", summary: "Make new keys" },
  file("inputkey", "The keys: a keys partition, or 64 bytes"),
  ...KEY_OPTIONS,
];
export const FORCE: OptionSpec = { name: "force", summary: "Replace key files that are there" };

/** A partition of a chip, and its keys. */
const PLACE: readonly OptionSpec[] = [
  {
    name: "partition",
    value: { label: "NAME", kind: "text", isPartition: true },
    default: "nvs",
    summary: "The partition, by its name in the chip's table",
  },
  PARTITION_TABLE_ADDRESS,
  {
    name: "address",
    value: { label: "ADDRESS", kind: "integer" },
    summary: "Where the partition begins in flash, in place of its name; needs --size",
  },
  { name: "size", value: { label: "SIZE", kind: "size" }, summary: "Size of the partition; needs --address" },
  file("keys", "The keys of an encrypted partition: what is in the keys partition, or 64 bytes"),
  file("hmac-key", "The HMAC key of an encrypted partition, of the HMAC scheme: 32 bytes"),
];
/** What is looked at: a file, or a partition of a chip. */
export const TARGET: readonly OptionSpec[] = [file("file", "An image of the partition, in place of a chip"), ...PLACE];
/** What is changed. */
export const CHANGED_TARGET: readonly OptionSpec[] = [
  file("file", "Read and write to this file, an image of the partition, in place of a chip", "keep"),
  ...PLACE,
];
export const SHOW_VALUES: OptionSpec = {
  name: "show-sensitive-info",
  summary: "Show strings and blobs in clear; without it only their lengths",
};
