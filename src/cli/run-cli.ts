import { checkLine } from "./check-line.ts";
import type { CliHost } from "./host/host.ts";
import { ESPTOOL } from "./programs/esptool.ts";
import { runProgram } from "./run-program.ts";

/**
 * Runs one line of esptool (without the program's own name) and resolves with the exit code: 0, 1 for a failure of the
 * line, 2 for any other error, 130 after Ctrl-C. Prints to the host's streams only; never throws, never exits.
 *
 * @example
 * process.exitCode = await runCli(["--port", "virtual:esp32c3", "flash-id"], nodeHost());
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  return await runProgram(ESPTOOL, checkLine(argv, host), host);
}
