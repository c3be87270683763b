import type { OptionSpec } from "../types.ts";

const SIZES: readonly string[] = ["1MB", "2MB", "4MB", "8MB", "16MB", "32MB", "64MB", "128MB"];

/** Those of ESP-IDF's gen_esp32part.py, under its names (fact sheet build-outputs 2.2 to 2.4). */
export const RULE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "flash-size",
    value: { label: "SIZE", kind: "choice", choices: SIZES },
    summary: "Flash size that the partitions have to fit into",
  },
  { name: "disable-md5sum", summary: "A table without the MD5 of its records" },
  { name: "no-verify", summary: "Do not hold the partitions to the rules" },
  {
    name: "offset",
    short: "o",
    value: { label: "ADDRESS", kind: "integer" },
    summary: "Where the table stands in flash",
    default: "0x8000",
  },
  {
    name: "primary-bootloader-offset",
    value: { label: "ADDRESS", kind: "integer" },
    summary: "Where the bootloader stands, for a table that lists it",
  },
  {
    name: "recovery-bootloader-offset",
    value: { label: "ADDRESS", kind: "integer" },
    summary: "Where the recovery bootloader stands, for a table that lists it",
  },
  {
    name: "secure",
    value: { label: "SCHEME", kind: "choice", choices: ["v1", "v2"] },
    summary: "Secure boot, which wants certain sizes of applications",
  },
  {
    name: "extra-partition-subtypes",
    value: { label: "SUBTYPE", kind: "text", repeatable: true },
    summary: 'A subtype of the project, such as "data, my_data, 0x50"',
  },
];

const INPUT = { name: "INPUT", kind: "file", summary: "The table: a CSV file, or a binary one" } as const;
export const TABLE_INPUT: typeof INPUT = INPUT;
