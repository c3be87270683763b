import type { Emit, TraceRecord } from "../events.ts";
import type { Command } from "../wire/command.ts";

/** Emits a `trace` event for everything that goes over the line, when that is wanted. */
export class Trace {
  readonly #emit: Emit;
  readonly #wanted: boolean;

  constructor(emit: Emit, wanted: boolean) {
    this.#emit = emit;
    this.#wanted = wanted;
  }

  command<Request, Reply>(
    { name, opcode }: Command<Request, Reply>,
    data: Uint8Array,
    { waitsForReply, timeoutMs }: { readonly waitsForReply: boolean; readonly timeoutMs: number },
  ): void {
    if (!this.#wanted) return;
    this.#emit({ type: "trace", what: "command", name, opcode, data: data.slice(), waitsForReply, timeoutMs });
  }

  bytes(what: Exclude<TraceRecord["what"], "command">, bytes: Uint8Array): void {
    // A listener may keep or change what it is given.
    if (this.#wanted) this.#emit({ type: "trace", what, bytes: bytes.slice() });
  }
}
