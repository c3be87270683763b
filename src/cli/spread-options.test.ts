import { describe, expect, it } from "vitest";
import type { OptionSpec } from "./spec/types.ts";
import { spreadOptions } from "./spread-options.ts";

const option = (name: string, following: "filters" | "files" | "pairs"): OptionSpec => ({
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
