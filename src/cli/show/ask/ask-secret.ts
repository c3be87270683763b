import type { EspError } from "../../../index.ts";
import type { CliHost } from "../../host/host.ts";
import { askLine } from "./ask-line.ts";

export interface SecretQuestion {
  readonly text: string;
  /** Thrown when there is nobody to ask, or no answer. */
  readonly unanswered: EspError;
  readonly signal: AbortSignal;
}

/** Asks on the terminal, on stderr, without showing what is typed. Throws `operation.aborted` on Ctrl-C. */
export async function askSecret(host: CliHost, { text, unanswered, signal }: SecretQuestion): Promise<string> {
  // What is piped in is no place for a secret that nobody thought of.
  if (!host.stdin.isTTY) throw unanswered;
  const answer = await askLine(host, { text, echo: false, on: "stderr", signal });
  if (answer === null) throw unanswered;
  return answer;
}
