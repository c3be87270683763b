import { checkLine } from "./check-line.ts";
import type { CliHost } from "./host/host.ts";
import { ESPEFUSE } from "./programs/espefuse.ts";
import { runProgram } from "./run-program.ts";

/**
 * Runs one line of espefuse (without the program's own name) and resolves with the exit code, as `runCli` does.
 *
 * @example
 * process.exitCode = await runEspefuse(["--port", "virtual:esp32c3", "summary"], nodeHost());
 */
export async function runEspefuse(argv: readonly string[], host: CliHost): Promise<number> {
  return await runProgram(ESPEFUSE, checkLine(argv, host), host);
}
