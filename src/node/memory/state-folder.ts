import { posix, win32 } from "node:path";

/** What decides where programs of this system keep what they have learnt. */
export interface StatePlace {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * `$XDG_STATE_HOME/esptool-ts` or `~/.local/state/esptool-ts`; on macOS in the user's Library, on Windows in the local
 * application data. Null where nobody's home is known.
 */
export function stateFolder({ platform, env, home }: StatePlace): string | null {
  const { join, isAbsolute } = platform === "win32" ? win32 : posix;
  const under = (variable: string, ...otherwise: string[]): string => {
    const named = env[variable];
    // By the specification a relative path is ignored.
    return named !== undefined && isAbsolute(named) ? named : join(home, ...otherwise);
  };
  if (!isAbsolute(home)) return null;
  if (platform === "win32") return join(under("LOCALAPPDATA", "AppData", "Local"), "esptool-ts", "State");
  if (platform === "darwin" && !env["XDG_STATE_HOME"])
    return join(home, "Library", "Application Support", "esptool-ts");
  return join(under("XDG_STATE_HOME", ".local", "state"), "esptool-ts");
}
