import { checkLine } from "./check-line.ts";
import type { CliHost } from "./host/host.ts";
import { ESPSECURE } from "./programs/espsecure.ts";
import { runProgram } from "./run-program.ts";

/**
 * Runs one line of espsecure (without the program's own name) and resolves with the exit code, as `runCli` does.
 *
 * @example
 * process.exitCode = await runEspsecure(["signature-info-v2", "app-signed.bin"], nodeHost());
 */
export async function runEspsecure(argv: readonly string[], host: CliHost): Promise<number> {
  return await runProgram(ESPSECURE, checkLine(argv, host), host);
}
