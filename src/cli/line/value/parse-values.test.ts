import { describe, expect, it } from "vitest";
import { isEspError } from "../../../index.ts";
import type { ValueSpec } from "../../spec/types.ts";
import { parseInteger } from "./integers.ts";
import { parseSize, parseValue } from "./parse-values.ts";

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
    ["4K", null],
    ["1m", null],
    ["k", null],
    ["1kk", null],
    ["4KB", null],
  ])("%j is %j", (text, value) => {
    expect(parseSize(text)).toBe(value);
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
