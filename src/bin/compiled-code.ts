import { statSync } from "node:fs";
import module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where programs of this system keep what they can make again. */
function cacheFolder(home: string): string {
  const { env, platform } = process;
  if (platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  return env["XDG_CACHE_HOME"] || join(home, ".cache");
}

/**
 * Node 22.8 and later can keep the compiled code: half of the start-up time. It counts for what is loaded from here on, and
 * is nothing but a loss of time where the folder cannot be written. What somebody else could have put there would be run,
 * so a home of another user (as with `sudo -E`) is left alone, and no folder for temporary files is used.
 */
export function keepCompiledCode(): void {
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
  // With NODE_COMPILE_CACHE it is on already, where its user wants it.
  if (enableCompileCache === undefined || process.env["NODE_COMPILE_CACHE"]) return;
  try {
    const home = homedir();
    if (process.getuid !== undefined && statSync(home).uid !== process.getuid()) return;
    enableCompileCache(join(cacheFolder(home), "esptool-ts", "compiled"));
  } catch {
    // No home: no cache.
  }
}
