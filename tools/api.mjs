// The public API as text, in api/: what each door exports, and the declarations behind it without their comments, so that
// a change of the API, an accidental one too, shows in a diff. A test compares; `npm run api` writes.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDeclarations } from "./build/build-declarations.mjs";
import { root } from "./build/entries.mjs";

export const FOLDER = join(root, "api");
const COMMENTS_AND_TEXTS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
const LIST = /^(?:import|export) \{([^}]*)\}(?: from "([^"]+)")?;$/gm;

/** What is exported, a name a line. Imports only say where a name comes from, and what is shared exports all of it. */
function withoutLists(code, isShared) {
  return code.replace(LIST, (line, names) => {
    if (isShared || line.startsWith("import")) return "";
    const sorted = names
      .split(",")
      .map((name) => name.trim().replace(/^type /, ""))
      .sort();
    return sorted.map((name) => `export ${name};`).join("\n");
  });
}

const BEGINS = /^(?:declare |abstract |interface |type |class |function |const |export )+([\w$]+)/;

/** Each declaration by itself, by name: in which order the bundler found the modules is no matter of the API. */
function sorted(lines) {
  const found = [];
  for (const line of lines) {
    const name = BEGINS.exec(line)?.[1];
    if (name !== undefined || found.length === 0) found.push({ name: name ?? "", lines: [] });
    found.at(-1).lines.push(line);
  }
  const order = ({ name, lines }) => `${/^export [\w$]+;$/.test(lines[0]) ? 0 : 1} ${name}`;
  return found.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0)).flatMap(({ lines }) => lines);
}

/** The same declarations, whatever was said of them. */
export function reportOf(code, isShared) {
  const bare = code.replaceAll("\r\n", "\n").replace(COMMENTS_AND_TEXTS, (found) => (/^["`]/.test(found) ? found : ""));
  const lines = withoutLists(bare, isShared).split("\n");
  const kept = lines.map((line) => line.trimEnd()).filter((line) => line !== "" && !line.startsWith("import "));
  return `${sorted(kept).join("\n")}\n`;
}

/** Resolves with the texts by the names of their files. */
export async function makeReports() {
  const place = mkdtempSync(join(tmpdir(), "esptool-api-"));
  try {
    const files = await buildDeclarations(place);
    const text = (file) => reportOf(readFileSync(join(place, file), "utf8"), file === "shared.d.ts");
    return new Map(files.sort().map((file) => [`${file}.txt`, text(file)]));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export const storedReports = () =>
  new Map(
    readdirSync(FOLDER)
      .sort()
      .map((file) => [file, readFileSync(join(FOLDER, file), "utf8")]),
  );

if (process.argv[1] === import.meta.filename) {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const [file, text] of await makeReports()) writeFileSync(join(FOLDER, file), text);
}
