import { EspError } from "../../../index.ts";
import type { RunContext, RunResult } from "../../context.ts";
import type { CliHost } from "../../host/host.ts";
import { readInput, writeError, writeOutput } from "../../host/user-files.ts";
import { SHELLS } from "../../spec/completion/completion.ts";
import { type CompletionPlace, completionPlace, type Shell, shellOf, withMarkedLine } from "./completion-place.ts";
import { completionScript } from "./completion-script.ts";

/** The first words of every script, by which it is known to be ours. */
const OURS = /^(?:#compdef[^\n]*\n)?# Completion of esptool/;

/** Throws `argument.invalid`, `file.*`. Doing it again changes nothing. */
export async function installCompletion(context: RunContext, action: "install" | "uninstall"): Promise<RunResult> {
  const { host, print } = context;
  const shell = wantedShell(context);
  const place = completionPlace(shell, host.env, host.place);
  const startUp = await startUpFile(host, place);
  // Both are looked at before either is changed.
  const script = await scriptThere(host, place.script);
  const before = startUp === null ? null : await textThere(host, startUp);
  const changed: string[] = [];
  if (action === "install" && script !== completionScript(shell)) {
    await makeFolderOf(host, place.script);
    await writeOutput(host, place.script, bytesOf(completionScript(shell)));
    changed.push(place.script);
    print(`Wrote ${place.script}.`);
  } else if (action === "uninstall" && script !== null) {
    await remove(host, place.script);
    changed.push(place.script);
    print(`Removed ${place.script}.`);
  }
  if (startUp !== null && before !== null && place.startUp !== null) {
    const after = withMarkedLine(before, action === "install" ? place.startUp.line : null);
    if (after !== before) {
      await makeFolderOf(host, startUp);
      await writeOutput(host, startUp, bytesOf(after));
      changed.push(startUp);
      print(action === "install" ? `Added one line to ${startUp}.` : `Took the line out of ${startUp}.`);
    }
  }
  print(
    changed.length === 0 ? nothingToDo(action, shell) : `It counts for every ${shell} that is started from now on.`,
  );
  return { action, shell, script: place.script, startUp, changed };
}

function nothingToDo(action: "install" | "uninstall", shell: Shell): string {
  return action === "install"
    ? `The completion for ${shell} is installed already.`
    : `There is no completion for ${shell} that was installed.`;
}

function wantedShell({ arguments: words, host }: RunContext): Shell {
  const typed = words.text("SHELL");
  const known = SHELLS.find((name) => name === typed) ?? shellOf(host.env, host.place);
  if (known !== null) return known;
  throw new EspError("argument.invalid", "It cannot be found out which shell you use.", {
    hint: `Name it: esptool completion install ${SHELLS.join("|")}.`,
    details: { shell: host.env["SHELL"] ?? null },
  });
}

async function startUpFile({ files }: CliHost, { startUp }: CompletionPlace): Promise<string | null> {
  for (const file of startUp?.files ?? []) if (await files.exists(file)) return file;
  return startUp?.files[0] ?? null;
}

async function scriptThere(host: CliHost, file: string): Promise<string | null> {
  if (!(await host.files.exists(file))) return null;
  const text = await textThere(host, file);
  if (OURS.test(text)) return text;
  throw new EspError("file.exists", `The file '${file}' is there, and it is no completion script of this program.`, {
    hint: "Move it away first.",
    details: { file },
  });
}

/** As single bytes, because a start-up file may be written in anything. */
async function textThere(host: CliHost, file: string): Promise<string> {
  if (!(await host.files.exists(file))) return "";
  if (await host.files.isOthers(file)) {
    throw new EspError("file.unwritable", `The file '${file}' is not only yours, and is left alone.`, {
      hint: "Make it yours alone, or load the script yourself: esptool completion --help shows how.",
      details: { file },
    });
  }
  return Buffer.from(await readInput(host, file, "config")).toString("latin1");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

async function remove(host: CliHost, file: string): Promise<void> {
  try {
    await host.files.remove(file);
  } catch (cause) {
    throw writeError(file, cause);
  }
}

async function makeFolderOf(host: CliHost, file: string): Promise<void> {
  try {
    await host.files.makeFolder(file.replace(/[\\/][^\\/]*$/, ""));
  } catch (cause) {
    throw writeError(file, cause);
  }
}
