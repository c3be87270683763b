import { EspError, type FileSystemContents, type FileSystemEntry } from "../../../filesystem.ts";
import type { RunCommand, RunContext } from "../../context.ts";
import { writeError, writeOutput } from "../../host/user-files.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { readContents } from "./read-image.ts";

export const run: RunCommand = async (context) => {
  const { contents, fields } = await readContents(context);
  const folder = context.arguments.text("FOLDER").replace(/(?<=.)[\\/]+$/, "");
  const wanted = await wantedEntries(context, contents);
  await makeFolder(context, folder);
  const written: string[] = [];
  const left: string[] = [];
  for (const { kind, path, content } of wanted) {
    const output = `${folder}/${path}`;
    if (kind === "directory") await makeFolder(context, output);
    else if (content === null) left.push(path);
    else {
      await makeFolder(context, output.replace(/\/[^/]*$/, ""));
      await writeOutput(context.host, output, content);
      written.push(path);
    }
  }
  context.print(`Wrote ${written.length} ${written.length === 1 ? "file" : "files"} to '${folder}'.`);
  if (left.length > 0) throw notWhole(left, written);
  return { ...fields, kind: contents.kind, folder, written, problems: contents.problems };
};

/** Those of the line, all without one. Nothing is written where a name among them leads out of the folder. */
async function wantedEntries(
  { arguments: { words } }: RunContext,
  { entries }: FileSystemContents,
): Promise<FileSystemEntry[]> {
  const { isPlainPath } = await import("../../../filesystem.ts");
  const asked = words.map((word) => word.replace(/^\/+|\/+$/g, ""));
  const isIn = (path: string, word: string): boolean => path === word || path.startsWith(`${word}/`);
  const missing = asked.find((word) => !entries.some(({ path }) => isIn(path, word)));
  if (missing !== undefined)
    throw new EspError("file.missing", `There is no '${harmlessText(missing)}' in the file system.`, {
      hint: "fs ls lists what is there.",
      details: { path: missing },
    });
  const wanted = entries.filter(({ path }) => asked.length === 0 || asked.some((word) => isIn(path, word)));
  const outside = wanted.find(({ path }) => !isPlainPath(path));
  if (outside === undefined) return wanted;
  throw new EspError(
    "filesystem.unsafe-name",
    `The name '${harmlessText(outside.path)}' cannot be one of a file here.`,
    {
      hint: "Nothing was written. Name the files that you want.",
      details: { path: outside.path },
    },
  );
}

async function makeFolder({ host }: RunContext, folder: string): Promise<void> {
  try {
    await host.files.makeFolder(folder);
  } catch (cause) {
    throw writeError(folder, cause);
  }
}

function notWhole(left: readonly string[], written: readonly string[]): EspError {
  const names = left.map((path) => `'${harmlessText(path)}'`).join(", ");
  return new EspError("filesystem.damaged-file", `Of ${names} not all is there.`, {
    hint: "The other files were written.",
    details: { left, written },
  });
}
