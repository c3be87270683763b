import { describe, expect, it } from "vitest";
import { readLeadingPart } from "../../src/cli/line/command-line.ts";
import { PROGRAMS } from "../../src/cli/programs/all.ts";
import { ESPTOOL_FAMILIES } from "../support/screens/esptool-families.ts";
import { OTHER_FAMILIES } from "../support/screens/other-families.ts";
import { readLine, takeScreens } from "../support/screens/take-screens.ts";

const FAMILIES = [...ESPTOOL_FAMILIES, ...OTHER_FAMILIES];

/** Commands without a screen, each with the reason. */
const WITHOUT_SCREEN: Readonly<Record<string, string>> = {
  "esptool virtual-chip": "serves until it is stopped, on a port of this computer",
  "esptool web": "serves until it is stopped, on a port of this computer",
  "esptool completion": "prints a script, which a shell reads and nobody else",
};

/** They show what a device printed, as it came: cutting it would be changing it. */
const PASSING_ON = [" monitor ", " run-and-monitor ", " decode "];

// What they show is stored; `npx vitest run test/terminal/command-screens.test.ts -u` stores it anew.
describe.each([40, 80, 120])("on a terminal of %d columns", (columns) => {
  it.each(FAMILIES)("$name shows what is stored, and nothing beside the screen", async (family) => {
    const screens = await takeScreens(family, columns);
    const shown = screens.map(({ line, exitCode, rows }) =>
      [`$ ${line}`, ...rows, ...(exitCode === 0 ? [] : [`[exit code ${exitCode}]`])].join("\n"),
    );
    await expect(`${shown.join("\n")}\n`).toMatchFileSnapshot(`../fixtures/screens/runs/${columns}/${family.name}.txt`);
    const own = screens.filter(({ line }) => !PASSING_ON.some((command) => line.includes(command)));
    expect(own.flatMap(({ tooWide }) => tooWide)).toEqual([]);
  });
});

describe("every command", () => {
  const declared = PROGRAMS.flatMap(({ name, commands }) => commands.map((command) => `${name} ${command.name}`));

  it("has a screen, or a reason why not", async () => {
    const shown = await Promise.all(FAMILIES.flatMap(({ lines }) => lines).map(commandOf));
    const without = declared.filter((name) => !shown.includes(name));
    expect(without.sort(), "add a line to a family in test/support/screens").toEqual(
      Object.keys(WITHOUT_SCREEN).sort(),
    );
  });
});

async function commandOf(line: string): Promise<string> {
  const { program, words } = readLine(line);
  const leading = await readLeadingPart(words, program, () => {});
  if (leading.kind !== "commands") throw new Error(`no command: ${line}`);
  return `${program.name} ${leading.commands[0]?.spec.name}`;
}
