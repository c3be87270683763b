import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { configPlaces } from "../cli/config/config-candidates.ts";
import { bannerOf, VERSION_LINES } from "../cli/version.ts";

const BANNER_ONLY = ["--version", "-V"];

/** What the environment and the files say may add words to the answer; then the whole program gives it. */
function isPlain(env: Readonly<Record<string, string | undefined>>): boolean {
  if (Object.keys(env).some((name) => name.toUpperCase().startsWith("ESPTOOL_"))) return false;
  const place = { workingDirectory: process.cwd(), homeDirectory: homedir(), isWindows: process.platform === "win32" };
  return configPlaces({ env, place }).every(({ path }) => !existsSync(path));
}

/**
 * The answer to what needs no program: which version this is. Null: the program has to be loaded.
 * Made of the same words as the program's own answer; a test compares them.
 */
export function quickAnswer(program: string, words: readonly string[]): string | null {
  const [word, ...rest] = words;
  if (word === undefined || rest.length > 0) return null;
  const isCommand = program === "esptool" && word === "version";
  if (!isCommand && !BANNER_ONLY.includes(word)) return null;
  try {
    if (!isPlain(process.env)) return null;
  } catch {
    // A working directory that is gone, say: the program knows the words for it.
    return null;
  }
  return [bannerOf(program), ...(isCommand ? VERSION_LINES : [])].map((line) => `${line}\n`).join("");
}
