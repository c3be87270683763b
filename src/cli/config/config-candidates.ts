import { posix, win32 } from "node:path";
import type { CliHost } from "../host/host.ts";

export interface ConfigCandidate {
  /** Absolute. */
  readonly path: string;
  /** Named by ESPTOOL_CFGFILE. */
  readonly fromEnvironment: boolean;
}

const NAMES: readonly string[] = ["esptool.cfg", "setup.cfg", "tox.ini"];

/** Where a configuration may be, the one that counts most first (fact sheet 2.6). */
export function configPlaces({ env, place }: Pick<CliHost, "env" | "place">): readonly ConfigCandidate[] {
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
  return candidates;
}

/** Those of them that are there. */
export async function configCandidates(host: CliHost): Promise<readonly ConfigCandidate[]> {
  const found: ConfigCandidate[] = [];
  for (const candidate of configPlaces(host)) {
    // What was named is looked at even when it is not there: that it is missing is worth a word.
    if (candidate.fromEnvironment || (await host.files.exists(candidate.path))) found.push(candidate);
  }
  return found;
}
