import { describe, expect, it } from "vitest";
import type { CommandSpec } from "../spec/types.ts";
import { splitCommands } from "./split-commands.ts";

const around = {
  options: [{ name: "port", short: "p", value: { label: "PORT", kind: "text" as const }, summary: "" }],
  names: ["summary", "dump", "burn-bit", "burn-key", "burn-key-digest"],
};
const command = (part: Partial<CommandSpec>): CommandSpec => ({
  name: "x",
  description: "",
  arguments: [],
  options: [{ name: "file", value: { label: "FILE", kind: "file" }, summary: "" }],
  examples: [],
  ...part,
});
const keys = command({
  arguments: [{ name: "BLOCK FILE", kind: "words", summary: "", files: "after-block" }],
});
const digest = command({
  arguments: [{ name: "BLOCK FILE", kind: "words", summary: "", files: "after-block-or-first" }],
});
const names = command({ arguments: [{ name: "NAME", kind: "words", summary: "", minimum: 0 }] });

describe("a line of several commands", () => {
  it.each<[string, CommandSpec, string, string]>([
    ["ends a command at the next one", names, "A B dump", "A B"],
    ["in its former spelling, too", names, "A burn_bit BLOCK2 1", "A"],
    ["not at the value of an option", names, "--file dump A summary", "--file dump A"],
    ["not at the value of a shared option", names, "-p dump summary", "-p dump"],
    ["at what follows a value behind an equals sign", names, "--file=x dump", "--file=x"],
    ["not where a file has to stand", keys, "BLOCK_KEY0 dump USER summary", "BLOCK_KEY0 dump USER"],
    ["but where a purpose would", keys, "BLOCK_KEY0 key.bin summary", "BLOCK_KEY0 key.bin"],
    ["in a second group", keys, "BLOCK1 a BLOCK2 dump", "BLOCK1 a BLOCK2 dump"],
    ["with a file called like a block", keys, "BLOCK1 BLOCK2 dump", "BLOCK1 BLOCK2"],
    ["not at a file behind the block that comes first", digest, "BLOCK_KEY0 dump USER summary", "BLOCK_KEY0 dump USER"],
    ["not at a file that comes first", digest, "dump summary", "dump"],
    ["not behind two dashes", names, "A -- dump", "A -- dump"],
  ])("%s", (_what, spec, line, own) => {
    expect(splitCommands(line.split(" "), spec, around).join(" ")).toBe(own);
  });
});
