import { describe, expect, it } from "vitest";
import type { ArgumentSpec, OptionSpec } from "../spec/types.ts";
import { spreadOptions } from "./spread-options.ts";

const option = (name: string, following: "filters" | "files" | "pairs" | "all"): OptionSpec => ({
  name,
  value: { label: "X", kind: "text", repeatable: true, following },
  summary: "",
});
const OPTIONS = [option("filter", "filters"), option("diff", "files"), option("enc", "pairs")];

describe("options of several words", () => {
  it.each<[string, string]>([
    ["--filter a=1 b=2 write", "--filter a=1 --filter b=2 write"],
    ["--filter=a=1 b=2", "--filter=a=1 --filter b=2"],
    ["--diff old.bin 0x0 new.bin", "--diff old.bin 0x0 new.bin"],
    ["--diff a.bin skip c.bin 4096 new.bin", "--diff a.bin --diff skip --diff c.bin 4096 new.bin"],
    ["0x0 new.bin --diff a.bin b.bin -u", "0x0 new.bin --diff a.bin --diff b.bin -u"],
    ["--diff 0x0 0x0 new.bin", "--diff 0x0 0x0 new.bin"],
    ["--enc 0x0 a.bin 0x1000 b.bin -u 0x8000 c.bin", "--enc 0x0 --enc a.bin --enc 0x1000 --enc b.bin -u 0x8000 c.bin"],
    ["--enc 0x0 a.bin -- 0x8000 c.bin", "--enc 0x0 --enc a.bin -- 0x8000 c.bin"],
    ["--other a.bin b=1", "--other a.bin b=1"],
  ])("%s", (line, spread) => {
    expect(spreadOptions(line.split(" "), OPTIONS).join(" ")).toBe(spread);
  });
});

describe("options that take every word", () => {
  const KEYS: OptionSpec = { ...option("keys", "all"), short: "k" };
  const OUT: OptionSpec = { name: "out", short: "o", value: { label: "X", kind: "file" }, summary: "" };
  const SWITCH: OptionSpec = { name: "append", short: "a", summary: "" };
  const DATA: ArgumentSpec = { name: "DATA", kind: "file", summary: "" };

  it.each<[string, string]>([
    ["-k a b c", "-k a -k b c"],
    ["-k a c", "-k a c"],
    ["-k a", "-k a"],
    ["data -k a b", "data -k a -k b"],
    ["-a data -k a b", "-a data -k a -k b"],
    ["-o out -k a b c", "-o out -k a -k b c"],
    ["--out=out -k a b c", "--out=out -k a -k b c"],
    ["-k a b -o out", "-k a -k b -o out"],
    ["-k a b -o out data", "-k a -k b -o out data"],
    ["-k a b -- data", "-k a -k b -- data"],
    ["-k a -k b data", "-k a -k b data"],
    ["-ka b data", "-ka -k b data"],
    ["--keys=a b data", "--keys=a --keys b data"],
    ["-k a 7 0x8 data", "-k a -k 7 -k 0x8 data"],
  ])("leave the last word to an argument that is missing: %s", (line, spread) => {
    expect(spreadOptions(line.split(" "), [KEYS, OUT, SWITCH], [DATA]).join(" ")).toBe(spread);
  });

  it.each([
    ["--wait", "--wait=0"],
    ["--wait 20", "--wait 20"],
    ["--wait=20", "--wait=20"],
    ["--wait 1.5", "--wait 1.5"],
    // An address, not a number of seconds.
    ["--wait 0x1000 app.bin", "--wait=0 0x1000 app.bin"],
    ["--wait read-mac", "--wait=0 read-mac"],
    ["--wait -k a b", "--wait=0 -k a b"],
    ["-o --wait x", "-o --wait x"],
    ["-- --wait x", "-- --wait x"],
  ])("with a value that may be left out: %s", (line, spread) => {
    const wait: OptionSpec = { name: "wait", summary: "", value: { label: "S", kind: "count", whenLeftOut: "0" } };
    expect(spreadOptions(line.split(" "), [wait, OUT]).join(" ")).toBe(spread);
  });

  it("take it where none is missing", () => {
    expect(spreadOptions(["-k", "a", "b"], [KEYS])).toEqual(["-k", "a", "-k", "b"]);
    const left = { ...DATA, default: "x" };
    expect(spreadOptions(["-k", "a", "b"], [KEYS], [left])).toEqual(["-k", "a", "-k", "b"]);
  });
});
