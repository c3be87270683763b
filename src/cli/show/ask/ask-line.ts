// Shelf: questions to a person.
// In: a question.
// Out: a line, or a secret that is not shown.

import { EspError } from "../../../index.ts";
import type { CliHost } from "../../host/host.ts";
import { harmlessText } from "../harmless-text.ts";
import { shown } from "../shown.ts";

export interface Question {
  readonly text: string;
  /** False: what is typed is not shown. */
  readonly echo: boolean;
  /** Where the question goes; stderr where stdout is for programs. Default stdout. */
  readonly on?: "stdout" | "stderr" | undefined;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

const ENTER = new Set(["\r", "\n"]);
const INTERRUPT = "\u0003";
const END_OF_INPUT = "\u0004";
const ERASE = new Set(["\u007f", "\b"]);

/**
 * Asks a question and resolves with the line that is typed or piped in, without its end; null when the input ends before
 * one, or nobody can see the question. Throws `operation.aborted` on Ctrl-C and when the signal fires, and
 * `output.unwritable`. What was piped in behind the line is lost: ask once a run.
 */
export async function askLine(host: CliHost, { text, echo, on = "stdout", signal }: Question): Promise<string | null> {
  const { stdin } = host;
  const out = host[on];
  out.write(harmlessText(text));
  await shown(host);
  if (out.isBroken) return null;
  // A terminal gives single keys and shows nothing by itself.
  const shows = stdin.isTTY;
  const decoder = new TextDecoder();
  let typed = "";
  return await new Promise((resolve, reject) => {
    let stop: () => void = () => {};
    const finish = (settle: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      stop();
      if (shows) out.write("\n");
      settle();
    };
    const onAbort = (): void => finish(() => reject(stopped(signal)));
    const take = (character: string): boolean => {
      if (ENTER.has(character)) finish(() => resolve(typed));
      else if (shows && character === INTERRUPT) {
        finish(() => reject(stopped(signal)));
      } else if (shows && character === END_OF_INPUT) finish(() => resolve(null));
      else {
        if (shows && ERASE.has(character)) {
          if (echo && typed !== "") out.write("\b \b");
          typed = [...typed].slice(0, -1).join("");
        } else {
          typed += character;
          if (shows && echo) out.write(harmlessText(character));
        }
        return false;
      }
      return true;
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort);
    stop = stdin.listen({
      data(bytes) {
        for (const character of decoder.decode(bytes, { stream: true })) if (take(character)) return;
      },
      // A last line may lack its end.
      end: () => finish(() => resolve(typed === "" ? null : typed)),
    });
  });
}

function stopped({ reason }: AbortSignal): EspError {
  return new EspError("operation.aborted", "The operation was stopped.", { cause: reason });
}
