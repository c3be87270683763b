import { describe, expect, it } from "vitest";
import { toHex } from "../../src/core/bytes/hex.ts";
import { sha256 } from "../../src/core/bytes/sha256.ts";
import { EspError } from "../../src/index.ts";
import {
  encodePartitionTable,
  formatPartitionCsv,
  type PartitionFileOptions,
  type PartitionProblem,
  readPartitionFile,
} from "../../src/partition.ts";
import { TABLE_CASES, type TableCase, tableInput, wantedKind } from "../support/partition-cases.ts";

/** The library's options for those of the original tool. */
function optionsOf({ args, env }: TableCase): PartitionFileOptions {
  const after = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const number = (...names: string[]): number | undefined => {
    const text = names.map(after).find((value) => value !== undefined);
    return text === undefined ? undefined : Number(text);
  };
  const megabytes = /^(\d+)MB$/.exec(after("--flash-size") ?? "")?.[1];
  return {
    tableAddress: number("--offset", "-o"),
    primaryBootloaderAddress: number("--primary-bootloader-offset"),
    recoveryBootloaderAddress: number("--recovery-bootloader-offset"),
    extraSubtypes: args.filter((_, index) => args[index - 1] === "--extra-partition-subtypes"),
    variables: env,
    flashBytes: megabytes === undefined ? undefined : Number(megabytes) * 1024 * 1024,
    secureBoot: after("--secure") as "v1" | "v2" | undefined,
    verify: !args.includes("--no-verify"),
    md5: !args.includes("--disable-md5sum"),
  };
}

describe("partition tables as the original tool has them", () => {
  it("are all there", () => {
    expect(TABLE_CASES.length).toBeGreaterThanOrEqual(83);
  });

  it.each(TABLE_CASES.filter(({ errorKind }) => errorKind !== null))("refused: $name", (one) => {
    expect(kindOf(one)).toBe(wantedKind(one));
  });

  it.each(TABLE_CASES.filter(({ errorKind }) => errorKind === null))("made: $name", (one) => {
    const options = optionsOf(one);
    const file = readPartitionFile(tableInput(one), options);
    expect(file.problems.filter(({ level }) => level === "error")).toEqual([]);
    expect(kinds(file.problems).filter((kind) => kind !== "name-cut")).toEqual(one.warnings);
    if (file.format === "binary") expect(formatPartitionCsv(file.partitions, options)).toBe(one.csv);
    else expect(toHex(sha256(encodePartitionTable(file.partitions, options)))).toBe(one.sha256);
  });
});

function kinds(problems: readonly PartitionProblem[]): string[] {
  return problems.map(({ kind }) => kind);
}

/** What is wrong first. */
function kindOf(one: TableCase): string | undefined {
  const options = optionsOf(one);
  const { partitions, problems } = readPartitionFile(tableInput(one), options);
  const first = problems.find(({ level }) => level === "error");
  if (first !== undefined) return first.kind;
  try {
    encodePartitionTable(partitions, options);
  } catch (error) {
    if (error instanceof EspError) return String(error.details["kind"]);
  }
  return undefined;
}
