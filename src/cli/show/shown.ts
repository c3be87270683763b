import { EspError } from "../../index.ts";
import type { CliHost } from "../host/host.ts";
import { systemCode, systemWords } from "../host/system-words.ts";
import { errorLine } from "./json-output.ts";

export type Streams = Pick<CliHost, "stdout" | "stderr">;

/**
 * Resolves when all that was said has left this process, so that nothing is done that nobody could have seen. Throws
 * `output.unwritable`. A reader that went away is no error: it wanted to see no more.
 */
export async function shown(streams: Streams): Promise<void> {
  await Promise.all([streams.stdout.flushed?.(), streams.stderr.flushed?.()]);
  const failure = outputFailure(streams);
  if (failure !== null) throw failure;
}

/** What keeps the program from saying what it has to say. */
export function outputFailure({ stdout, stderr }: Streams): EspError | null {
  if (stdout.failure !== undefined) return unwritable("stdout", stdout.failure);
  return stderr.failure === undefined ? null : unwritable("stderr", stderr.failure);
}

/** Says at once, on the other stream, that one cannot be written to. The returned function ends that. */
export function tellOutputFailure({ stdout, stderr }: Streams, { json }: { readonly json: boolean }): () => void {
  const releases = [
    stdout.onFailure?.((cause) => stderr.write(`A fatal error occurred: ${unwritable("stdout", cause).message}\n`)),
    stderr.onFailure?.((cause) => {
      const error = unwritable("stderr", cause);
      stdout.write(json ? errorLine(null, error) : `A fatal error occurred: ${error.message}\n`);
    }),
  ];
  return () => {
    for (const release of releases) release?.();
  };
}

function unwritable(stream: "stdout" | "stderr", cause: unknown): EspError {
  return new EspError(
    "output.unwritable",
    `The output of the program cannot be written to ${stream}: ${systemWords(cause)}.`,
    {
      hint: "Make room, or redirect it to another place.",
      details: { stream, system: systemCode(cause) },
      cause,
    },
  );
}
