import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type MessagePort, Worker } from "node:worker_threads";
import { reviveError, serialiseError } from "../../../index.ts";
import { type DecodingEngine, localEngine } from "./decoding-engine.ts";

type Method = Exclude<keyof DecodingEngine, "close">;

interface Question {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ReturnType<typeof serialiseError> };

/** The program of the thread; built programs have it beside the file that this is in. */
const THREAD = new URL("./decoding-thread-main.js", import.meta.url);

/**
 * An engine in a thread of its own, so that no byte of the device waits while a large program is read; where there is no file for the
 * thread, as in a bundle of one's own, one that works here.
 */
export async function decodingEngine(): Promise<DecodingEngine> {
  return existsSync(fileURLToPath(THREAD)) ? threadEngine(new Worker(THREAD)) : await localEngine();
}

/** Answers questions that come through a port, one after the other. */
export function answerQuestions(port: MessagePort): void {
  let engine: Promise<DecodingEngine> | undefined;
  port.on("message", ({ id, method, args }: Question) => {
    engine = (engine ?? localEngine()).then(async (ready) => {
      try {
        const ask = ready[method] as (...all: readonly unknown[]) => Promise<unknown>;
        port.postMessage({ id, value: await ask(...args) } satisfies Answer);
      } catch (error) {
        port.postMessage({ id, error: serialiseError(error) } satisfies Answer);
      }
      return ready;
    });
  });
}

function threadEngine(worker: Worker): DecodingEngine {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let next = 0;
  worker.on("message", (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) asked?.reject(reviveError(answer.error));
    else asked?.resolve(answer.value);
  });
  const fail = (error: unknown): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the thread that explains crashes ended")));
  const ask =
    <Name extends Method>(method: Name) =>
    (...args: Parameters<DecodingEngine[Name]>): ReturnType<DecodingEngine[Name]> =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, method, args } satisfies Question);
      }) as ReturnType<DecodingEngine[Name]>;
  return {
    open: ask("open"),
    crash: ask("crash"),
    boot: ask("boot"),
    coreDump: ask("coreDump"),
    lookUp: ask("lookUp"),
    close: () => {
      worker.removeAllListeners("exit");
      void worker.terminate();
    },
  };
}
