import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CONFIG_KEYS } from "../../src/cli/config/config-keys.ts";
import { PROGRAMS } from "../../src/cli/programs/all.ts";
import type { Program } from "../../src/cli/programs/program.ts";
import type { CommandSpec, OptionSpec } from "../../src/cli/spec/types.ts";
import { manualPages } from "../../tools/generate/cli-manual.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = `${root}docs/cli/`;
interface Declared extends CommandSpec {
  readonly program: Program;
}
const specs: Declared[] = [];
for (const program of PROGRAMS) {
  for (const { name } of program.commands) {
    const spec = await program.loadSpec(name);
    if (spec !== null) specs.push({ ...spec, program });
  }
}

describe("the manual", () => {
  it("is what the declarations make of it (else run: npm run docs)", async () => {
    const pages = await manualPages();
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md"));
    const stored = new Map(files.map((file) => [file, readFileSync(`${folder}${file}`, "utf8")]));
    const stale = [...pages].filter(([file, text]) => stored.get(file) !== text).map(([file]) => file);
    const left = [...stored.keys()].filter((file) => !pages.has(file));
    expect([...stale, ...left], "run: npm run docs").toEqual([]);
  });

  it("names every option of the configuration file", () => {
    const text = readFileSync(`${root}docs/configuration.md`, "utf8");
    for (const key of CONFIG_KEYS) expect(text).toContain(`\n| \`${key}\` `);
  });

  it.each([...PROGRAMS.map(({ name, options }) => ({ name, options, arguments: [] })), ...specs])(
    "has help for every option and argument: $name",
    (spec) => {
      for (const { name, summary } of [...spec.options, ...spec.arguments]) {
        expect(summary, name).toMatch(/^[A-Z0-9].{5,}[^.]$/s);
      }
    },
  );
});

describe("the tests", () => {
  const sources = testSources();
  const files = [...sources.values()];

  /** A test file that runs the command must also use the option, in any of its spellings. */
  function isExercised(option: OptionSpec, command: string | null): boolean {
    const spellings = [
      `--${option.name}`,
      ...(option.short === undefined ? [] : [`-${option.short}`]),
      ...(option.twoLetter === undefined ? [] : [`-${option.twoLetter}`]),
    ];
    return files.some(
      (text) => (command === null || uses(text, command)) && spellings.some((word) => uses(text, word)),
    );
  }

  it.each(specs)("run $name", ({ name }) => {
    expect(files.some((text) => uses(text, name))).toBe(true);
  });

  it("use every option of every command", () => {
    const shared = PROGRAMS.flatMap(({ name, options }) =>
      options.filter((option) => !isExercised(option, null)).map((option) => `${name} --${option.name}`),
    );
    const own = specs.flatMap(({ name, options, program }) =>
      options
        .filter((option) => !isExercised(option, name))
        .map((option) => `${program.name} ${name} --${option.name}`),
    );
    const missing = [...shared, ...own];
    expect(missing, "add a test that uses it on a line of its command").toEqual([]);
  });

  it("would miss an option that none uses", () => {
    const option: OptionSpec = { name: ["not", "used"].join("-"), summary: "" };
    expect(isExercised(option, "read-mac")).toBe(false);
    expect(isExercised({ name: "compress", summary: "" }, ["no", "command"].join("-"))).toBe(false);
  });
});

/** As a word of an argument list: between quotes, or between blanks within them. */
function uses(text: string, word: string): boolean {
  // A command of two words is two elements of a list, or stands with a blank between them.
  const words = word.replace(" ", `(?: |",\\s*")`);
  return new RegExp(`["'\`\\s]${words}["'\`\\s=]`).test(text);
}

function testSources(): Map<string, string> {
  const found = new Map<string, string>();
  const look = (path: string): void => {
    for (const entry of readdirSync(`${root}${path}`, { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) look(inner);
      else if (/\.test\.ts$/.test(entry.name) && entry.name !== "docs.test.ts") {
        found.set(inner, readFileSync(`${root}${inner}`, "utf8"));
      }
    }
  };
  look("src");
  look("test");
  return found;
}
