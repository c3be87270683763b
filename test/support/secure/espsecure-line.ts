import { runEspsecure } from "../../../src/cli/run-espsecure.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../cli-host.ts";

type Files = NonNullable<CliHostOptions["files"]>;

export interface EspsecureRun {
  readonly host: TestCliHost;
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The code of the error; null where there was none. */
  readonly failure: string | null;
  /** A file as it is afterwards. */
  file(name: string): Uint8Array;
}

/** Runs one line, words parted by blanks, in a world that has these files. */
export async function espsecure(
  line: string,
  files: Files = {},
  options: Omit<CliHostOptions, "files"> = {},
): Promise<EspsecureRun> {
  const host = testCliHost({ ...options, files });
  return await espsecureOn(host, line);
}

/** The same on a host that is there. */
export async function espsecureOn(host: TestCliHost, line: string): Promise<EspsecureRun> {
  const before = { out: host.out().length, err: host.err().length };
  const code = await runEspsecure(line.split(" "), host);
  const err = host.err().slice(before.err);
  return {
    host,
    code,
    out: host.out().slice(before.out),
    err,
    failure: /^ {2}code: (.+)$/m.exec(err)?.[1] ?? null,
    file: (name) => {
      const content = host.stored.get(name);
      if (content instanceof Uint8Array) return content;
      throw new Error(`there is no file ${name}`);
    },
  };
}

/** The last line of a run with --json. */
export function resultOf({ out }: EspsecureRun): Record<string, unknown> {
  return JSON.parse(out.trimEnd().split("\n").at(-1) ?? "null") as Record<string, unknown>;
}
