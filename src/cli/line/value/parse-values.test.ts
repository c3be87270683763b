import { describe, expect, it } from "vitest";
import { isEspError } from "../../../index.ts";
import type { ValueSpec } from "../../spec/types.ts";
import { parseInteger } from "./integers.ts";
import { parseValue } from "./parse-values.ts";
import { bitsHint, parseSize } from "./sizes.ts";

describe("parseInteger (fact sheet 1.3)", () => {
  it.each([
    ["0", 0],
    ["00", 0],
    ["0_0", 0],
    ["4096", 4096],
    ["1_000", 1000],
    ["0x1000", 0x1000],
    ["0XfF", 255],
    ["0x_10", 16],
    ["0o17", 15],
    ["0b101", 5],
    ["010", null],
    ["1__0", null],
    ["_1", null],
    ["1_", null],
    ["0x", null],
    ["-1", null],
    ["+1", null],
    ["1.5", null],
    ["1e3", null],
    ["0b2", null],
    ["", null],
    [" 1", null],
  ])("%j is %j", (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });
});

describe("parseSize (fact sheet 1.3)", () => {
  it.each([
    ["4096", 4096],
    ["4k", 4096],
    ["0x10k", 16 * 1024],
    ["1M", 1024 * 1024],
    ["1_0M", 10 * 1024 * 1024],
    ["4K", 4096],
    ["1m", 1024 * 1024],
    ["4KB", 4096],
    ["4kB", 4096],
    ["4KiB", 4096],
    ["2MB", 2 * 1024 * 1024],
    ["0x10MiB", 16 * 1024 * 1024],
    ["0x1B", 0x1b],
    // Bits are not guessed.
    ["4kb", null],
    ["4Kb", null],
    ["4Mbit", null],
    ["4B", null],
    ["4iB", null],
    ["k", null],
    ["KB", null],
    ["1kk", null],
    ["1KBB", null],
    ["1.5M", null],
    ["4 k", null],
  ])("%j is %j", (text, value) => {
    expect(parseSize(text)).toBe(value);
  });
});

describe("a size in bits", () => {
  it.each([
    ["64kb", "64k or 64kB"],
    ["4Mbit", "4M or 4MB"],
  ])("is told from bytes: %s", (text, words) => {
    expect(bitsHint(text)).toContain(words);
    expect(() => parseValue(text, { kind: "size" }, "--size")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(words) }),
    );
  });

  it.each(["64K", "b", "kb", "xkb", "4096"])("is not meant: %s", (text) => {
    expect(bitsHint(text)).toBeNull();
  });
});

describe("parseValue", () => {
  const chips = ["auto", "esp32", "esp32s3"];
  it.each<[string, Pick<ValueSpec, "kind" | "choices">, string | number]>([
    ["ESP32-S3", { kind: "chip", choices: chips }, "esp32s3"],
    ["ESP32(S3)", { kind: "chip", choices: chips }, "esp32s3"],
    ["Auto", { kind: "chip", choices: chips }, "auto"],
    ["921600", { kind: "baud" }, 921600],
    ["-1", { kind: "count" }, -1],
    ["0xffffffff", { kind: "integer" }, 0xffffffff],
    ["ALL", { kind: "size-or-all" }, "all"],
    ["64k", { kind: "size-or-all" }, 65536],
    ["hspi", { kind: "spi-connection" }, "HSPI"],
    ["6,0x11,8,11,0b10000", { kind: "spi-connection" }, "6,17,8,11,16"],
    ["qio", { kind: "choice", choices: ["qio"] }, "qio"],
    ["0", { kind: "tcp-port" }, 0],
  ])("takes %j", (text, spec, value) => {
    expect(parseValue(text, spec, "--x")).toBe(value);
  });

  it.each<[string, Pick<ValueSpec, "kind" | "choices">, string]>([
    ["esp99", { kind: "chip", choices: chips }, "argument.unknown-chip"],
    ["0x100", { kind: "baud" }, "argument.invalid"],
    ["0", { kind: "baud" }, "argument.invalid"],
    ["fast", { kind: "baud" }, "argument.invalid"],
    ["0x100000000", { kind: "integer" }, "argument.invalid"],
    ["all", { kind: "size" }, "argument.invalid"],
    ["QIO", { kind: "choice", choices: ["qio"] }, "argument.invalid"],
    ["6,17,8,11", { kind: "spi-connection" }, "argument.invalid"],
    ["6,17,8,11,x", { kind: "spi-connection" }, "argument.invalid"],
    ["65536", { kind: "tcp-port" }, "argument.invalid"],
    ["", { kind: "text" }, "argument.invalid"],
  ])("refuses %j as %j", (text, spec, code) => {
    try {
      parseValue(text, spec, "--x");
      expect.unreachable();
    } catch (error) {
      expect(isEspError(error) && error.code).toBe(code);
    }
  });
});
