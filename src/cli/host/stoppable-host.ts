import type { CliHost } from "./host.ts";

/** The same world, in which waiting for a file ends when the signal fires. */
export function stoppableHost(host: CliHost, signal: AbortSignal): CliHost {
  return {
    ...host,
    files: { ...host.files, read: (path, options) => host.files.read(path, { signal, ...options }) },
    openPort: (text, settings) => host.openPort(text, { signal, ...settings }),
  };
}
