import { posix, win32 } from "node:path";
import type { CliHost } from "../host/host.ts";

export interface ConfigCandidate {
  /** Absolute. */
  readonly path: string;
  /** Named by ESPTOOL_CFGFILE. */
  readonly fromEnvironment: boolean;
}

const NAMES: readonly string[] = ["esptool.cfg", "setup.cfg", "tox.ini"];

/** The files that may hold a configuration and are there, the one that counts most first (fact sheet 2.6). */
export async function configCandidates({ env, files, place }: CliHost): Promise<readonly ConfigCandidate[]> {
  const { join, resolve } = place.isWindows ? win32 : posix;
  const { workingDirectory, homeDirectory } = place;
  const perUser = place.isWindows ? ["AppData", "Local", "esptool"] : [".config", "esptool"];
  const folders = [workingDirectory, join(homeDirectory, ...perUser), homeDirectory];
  const named = env["ESPTOOL_CFGFILE"];
  const paths = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const candidates: ConfigCandidate[] = [...new Set(paths)].map((path) => ({ path, fromEnvironment: false }));
  if (named !== undefined && named !== "") {
    candidates.unshift({ path: resolve(workingDirectory, named), fromEnvironment: true });
  }
  const found: ConfigCandidate[] = [];
  for (const candidate of candidates) {
    // What was named is looked at even when it is not there: that it is missing is worth a word.
    if (candidate.fromEnvironment || (await files.exists(candidate.path))) found.push(candidate);
  }
  return found;
}
