import type { HostPlace } from "../../host/host.ts";
import type { SHELLS } from "../../spec/completion/completion.ts";

export type Shell = (typeof SHELLS)[number];
type Environment = Readonly<Record<string, string | undefined>>;

/** Where the script of a shell is kept, and how the shell finds it. */
export interface CompletionPlace {
  readonly script: string;
  /** The file that the shell reads at its start, and the line in it; null: the shell finds the script by itself. */
  readonly startUp: { readonly files: readonly string[]; readonly line: string } | null;
}

/** By which the line is found again. */
export const MARK = "# esptool-ts completion";

/** The shell that the user works in, or null where that cannot be known. */
export function shellOf(env: Environment, { isWindows }: Pick<HostPlace, "isWindows">): Shell | null {
  const name = (env["SHELL"] ?? "").replace(/^.*[\\/]/, "").replace(/\.exe$/i, "");
  if (name === "bash" || name === "zsh" || name === "fish") return name;
  if (name === "pwsh" || name === "powershell") return "powershell";
  return name === "" && isWindows ? "powershell" : null;
}

/** In the folders that the system has for it; of the files at the start the first one that is there, else the first. */
export function completionPlace(shell: Shell, env: Environment, place: HostPlace): CompletionPlace {
  const home = place.homeDirectory;
  const config = env["XDG_CONFIG_HOME"] || `${home}/.config`;
  const data = place.isWindows
    ? `${env["LOCALAPPDATA"] || `${home}/AppData/Local`}/esptool-ts`
    : `${env["XDG_DATA_HOME"] || `${home}/.local/share`}/esptool-ts`;
  switch (shell) {
    case "bash":
      return posix(`${data}/completion.bash`, [`${home}/.bashrc`, `${home}/.bash_profile`]);
    case "zsh":
      return posix(`${data}/completion.zsh`, [`${env["ZDOTDIR"] || home}/.zshrc`]);
    case "fish":
      // What stands there is read for every command; a file in `completions` only for the one that it is named after.
      return { script: `${config}/fish/conf.d/esptool-ts.fish`, startUp: null };
    case "powershell":
      return powershell(
        `${data}/completion.ps1`,
        place.isWindows ? `${home}/Documents/PowerShell` : `${config}/powershell`,
      );
  }
}

function posix(script: string, files: readonly string[]): CompletionPlace {
  const quoted = `'${script.replaceAll("'", "'\\''")}'`;
  return { script, startUp: { files, line: `if [ -r ${quoted} ]; then . ${quoted}; fi ${MARK}` } };
}

function powershell(script: string, folder: string): CompletionPlace {
  const quoted = `'${script.replaceAll("'", "''")}'`;
  const line = `if (Test-Path ${quoted}) { . ${quoted} } ${MARK}`;
  return { script, startUp: { files: [`${folder}/Microsoft.PowerShell_profile.ps1`], line } };
}

/** The text with that line once, whatever was there before; without it where the line is null. Other lines stay as they are. */
export function withMarkedLine(text: string, line: string | null): string {
  const lines = text.split("\n");
  const isMarked = (candidate: string): boolean => candidate.trimEnd().endsWith(MARK);
  const at = lines.findIndex(isMarked);
  const others = lines.filter((candidate) => !isMarked(candidate));
  if (line === null) return others.join("\n");
  if (at !== -1)
    return [...others.slice(0, at), lines[at]?.endsWith("\r") ? `${line}\r` : line, ...others.slice(at)].join("\n");
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text === "" || text.endsWith("\n") ? text : `${text}${end}`;
  return `${before}${line}${end}`;
}
