import type { CliHost } from "../cli/host/host.ts";

export type Run = (argv: readonly string[], host: CliHost) => Promise<number>;

/** A program that was started by the name it had in earlier versions. */
export interface OldName {
  readonly oldName: string;
  readonly name: string;
}

/** Runs the program on what the process is given, and ends the process with its exit code. */
export async function runExecutable(load: () => Promise<Run>, old?: OldName): Promise<never> {
  const [{ nodeHost }, run] = await Promise.all([import("../cli/host/node-host.ts"), load()]);
  const host = nodeHost();
  // Scripts look for the capitals (fact sheet 1.1). On stderr: what reads stdout expects the program's output there.
  if (old !== undefined) host.stderr.write(`DEPRECATED: ${old.oldName} is an old name; type ${old.name} instead.\n`);
  const code = await run(process.argv.slice(2), host);
  // Whatever is still open (a driver that does not let go of its port) must not keep the program alive; what was written
  // to a pipe must have left first.
  await host.flushed();
  process.exit(code);
}
