import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ERROR_MEANINGS } from "../../src/core/error-meanings.ts";
import { ERROR_CODES } from "../../src/core/errors.ts";
import { table } from "./documents/markdown.ts";

/** A function of a door and what its description says that it throws. */
export interface Thrower {
  readonly name: string;
  readonly doors: readonly string[];
  /** Codes, or the beginnings of codes: `flash.*`, `flash.unsupported-*`. */
  readonly patterns: readonly string[];
}

const CODE = /`([a-z]+\.(?:[a-z0-9-]*\*|[a-z0-9]+(?:-[a-z0-9]+)*))`/g;
const DESCRIBED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:async )?function ([A-Za-z0-9]+)/g;
const FAMILIES = new Set(ERROR_CODES.map((code) => code.split(".")[0]));

/** The names that each door gives out, `esptool-ts/node` and so on. */
function doorNames(root: string): Map<string, string[]> {
  const doors = new Map<string, string[]>();
  for (const file of readdirSync(join(root, "src")).filter((name) => name.endsWith(".ts"))) {
    const door = file === "index.ts" ? "esptool-ts" : `esptool-ts/${file.slice(0, -3)}`;
    for (const [, list = ""] of readFileSync(join(root, "src", file), "utf8").matchAll(/export (?!type)\{([^}]*)\}/g))
      for (const name of list.split(",").map((word) => word.trim()))
        if (/^[a-z]\w*$/.test(name)) doors.set(name, [...(doors.get(name) ?? []), door]);
  }
  return doors;
}

/** All functions of the doors that say what they throw: every code that stands behind "Throws" or "Errors:". */
export function throwers(root: string): readonly Thrower[] {
  const doors = doorNames(root);
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const found = files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .flatMap((file) => [...readFileSync(join(root, "src", file), "utf8").matchAll(DESCRIBED)])
    .flatMap(([, text = "", name = ""]) => {
      const said = text
        .split(/\b(?:Throws|Errors:)/)
        .slice(1)
        .join(" ");
      const patterns = [...said.matchAll(CODE)].map(([, code = ""]) => code);
      const codes = patterns.filter((code) => FAMILIES.has(code.split(".")[0] ?? "") && !code.startsWith("details."));
      const own = doors.get(name);
      return own === undefined || codes.length === 0 ? [] : [{ name, doors: own, patterns: codes }];
    });
  return found.toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

export function matches(pattern: string, code: string): boolean {
  return pattern.endsWith("*") ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
}

/** What all work on a chip may throw; said once, above the table. */
const OF_ALL_WORK: ReadonlySet<string> = new Set(["link.*", "port.*"]);

/** The page docs/errors.md. */
export function errorPage(root: string): string {
  const all = throwers(root);
  const rows = ERROR_CODES.map((code) => {
    const names = all.filter(({ patterns }) =>
      patterns.some((pattern) => !OF_ALL_WORK.has(pattern) && matches(pattern, code)),
    );
    return [`\`${code}\``, ERROR_MEANINGS[code], names.map(({ name }) => `\`${name}\``).join(", ")];
  });
  return `${HEAD}\n${table(["code", "meaning", "thrown by"], rows)}\n`;
}

const HEAD = `# Errors

Made from the code by \`npm run docs\`. Everything that is thrown is an \`EspError\`: \`code\` is stable and meant for programs,
\`message\` and \`hint\` are sentences for people, \`remedies\` is what would help as data, \`details\` are plain facts.

\`\`\`ts
import { connect, isEspError } from "esptool-ts";

try {
  await connect(port);
} catch (error) {
  if (isEspError(error, "connect.wrong-chip")) console.log(error.details.found);
  else if (isEspError(error, "connect.*")) console.log(error.code, error.hint);
  else throw error;
}
\`\`\`

\`JSON.stringify\` keeps an error whole. \`structuredClone\` and \`postMessage\` keep the message of an error alone: send
\`serialiseError(error)\`, which \`isEspError\` knows, and make an error of it again with \`reviveError\`. A worker of Node
that dies of an error hands it over whole.

"Thrown by" lists functions of the library whose description names the code. Every function throws \`argument.invalid\` for a
wrong argument, and work on a chip \`link.*\`, \`port.*\`, \`session.*\` and \`operation.aborted\`, whether or not it is listed.
`;
