import { describe, expect, it } from "vitest";
import { complete } from "../completion/complete.ts";
import { familyHelp, programHelp } from "../help/help-text.ts";
import { ESPTOOL } from "../programs/esptool.ts";
import type { Program } from "../programs/program.ts";
import type { CommandSpec } from "../spec/types.ts";
import { readCommandPart, readLeadingPart } from "./command-line.ts";

const FAMILY = { name: "fruit-box", group: "Fruit", summary: "Apples and pears" };
const NAMES = ["fruit-box pick", "fruit-box make-jam", "wash", "wash twice"];

function specOf(name: string): CommandSpec {
  const options = name === "fruit-box pick" ? [{ name: "ripe", summary: "Only ripe ones" }] : [];
  const choices = ["hot", "cold"];
  const argument = { name: "HOW", kind: "choice", choices, default: "hot", summary: "How it is done" } as const;
  return { name, description: "It does it.", arguments: [argument], options, examples: [] };
}

const PROGRAM: Program = {
  ...ESPTOOL,
  commands: NAMES.map((name) => ({ name, group: "Fruit", summary: `About ${name}` })),
  families: [FAMILY],
  loadSpec: async (name) => (NAMES.includes(name) ? specOf(name) : null),
};

async function read(line: string) {
  const old: string[] = [];
  const leading = await readLeadingPart(line.split(" "), PROGRAM, (sentence) => old.push(sentence));
  if (leading.kind === "help") return { help: leading.about?.name ?? null, asked: leading.asked };
  if (leading.kind === "version") return "version";
  const part = await readCommandPart(leading, PROGRAM, { env: {}, onOldName: () => {} });
  if (part.kind === "help") return { help: part.spec.name, asked: true };
  const [command] = part.commands;
  const { spec, options } = command ?? expect.unreachable();
  return { name: spec.name, how: command?.arguments.text("HOW"), baud: options.number("baud"), old: old.length };
}

describe("a command of two words", () => {
  it.each([
    ["fruit-box pick", { name: "fruit-box pick", how: "hot", baud: undefined, old: 0 }],
    ["fruit-box pick cold --ripe", { name: "fruit-box pick", how: "cold", baud: undefined, old: 0 }],
    ["--baud 9600 fruit-box make-jam", { name: "fruit-box make-jam", how: "hot", baud: 9600, old: 0 }],
    ["fruit-box --baud 9600 make-jam", { name: "fruit-box make-jam", how: "hot", baud: 9600, old: 0 }],
    ["--baud 1200 fruit-box --baud 9600 pick", { name: "fruit-box pick", how: "hot", baud: 9600, old: 0 }],
    ["fruit_box make_jam", { name: "fruit-box make-jam", how: "hot", baud: undefined, old: 1 }],
    ["wash twice", { name: "wash twice", how: "hot", baud: undefined, old: 0 }],
    ["wash cold", { name: "wash", how: "cold", baud: undefined, old: 0 }],
  ])("%s", async (line, expected) => {
    expect(await read(line)).toEqual(expected);
  });

  it.each([
    ["fruit-box", { help: "fruit-box", asked: false }],
    ["fruit-box --help", { help: "fruit-box", asked: true }],
    ["fruit-box help", { help: "fruit-box", asked: true }],
    ["help fruit-box", { help: "fruit-box", asked: true }],
    ["help fruit-box pick", { help: "fruit-box pick", asked: true }],
    ["fruit-box pick --help", { help: "fruit-box pick", asked: true }],
    ["help wash twice", { help: "wash twice", asked: true }],
    ["help help", { help: null, asked: true }],
    ["help", { help: null, asked: true }],
  ])("has help: %s", async (line, expected) => {
    expect(await read(line)).toEqual(expected);
  });

  it.each([
    ["fruit-box pikc", "There is no command 'fruit-box pikc'.", "Did you mean pick?"],
    ["fruit-box zzzz", "There is no command 'fruit-box zzzz'.", "Choose from pick, make-jam."],
    ["fruit-bx pick", "There is no command 'fruit-bx'.", "Did you mean fruit-box?"],
    ["pick", "There is no command 'pick'.", "--help lists the commands."],
    ["help wash cold", "There are more words than the name of a command.", "Write help wash."],
  ])("that is wrong: %s", async (line, message, hint) => {
    await expect(read(line)).rejects.toMatchObject({ code: "argument.invalid", message, hint });
  });

  it.each<[string, string[]]>([
    ["", ["fruit-box", "wash", "help"]],
    ["fruit-box ", ["pick", "make-jam"]],
    ["fruit-box --baud 9600 m", ["make-jam"]],
    ["fruit_box m", ["make-jam"]],
    ["fruit-box pick ", ["hot", "cold"]],
    ["fruit-box pick --ri", ["--ripe"]],
    ["fruit-box --ba", ["--baud"]],
    ["help fruit-box p", ["pick"]],
    ["help fruit-box pick ", []],
    ["wash ", ["hot", "cold", "twice"]],
    ["wash cold ", []],
    ["wash twice ", ["hot", "cold"]],
    ["fruit-box nonsense ", []],
  ])("is completed: %j", async (line, values) => {
    const words = line.split(" ");
    const current = words.pop() ?? "";
    const { candidates } = await complete(
      PROGRAM,
      { words, current },
      { listPorts: async () => [], partitions: async () => [], env: {} },
    );
    expect(candidates.map(({ value }) => value)).toEqual(values);
  });

  it("stands in the help of its family, which is one line of the program's", () => {
    const all = programHelp(PROGRAM, 100);
    expect(all).toContain("  fruit-box                   Apples and pears\n");
    expect(all).not.toContain("fruit-box pick");
    const own = familyHelp(PROGRAM, FAMILY, 100);
    expect(own).toContain("Usage: esptool [options] fruit-box COMMAND [arguments]\n");
    expect(own).toContain("  fruit-box pick              About fruit-box pick\n");
    expect(own).not.toContain("wash");
  });
});
