import type { CliEvent } from "../../cli-event.ts";
import type { Style } from "../style.ts";
import type { Terminal } from "../terminal.ts";

export interface RenderContext {
  readonly terminal: Terminal;
  readonly style: Style;
  /** The command that runs: some events read differently in it. */
  readonly command: string;
  readonly showProgress: boolean;
  /** Milliseconds, for trace lines. */
  readonly now: () => number;
}

/** What happens for the given kinds of events. */
export type Handles<Type extends CliEvent["type"]> = {
  readonly [T in Type]: (event: Extract<CliEvent, { type: T }>) => void;
};

/** What is told from the first byte to the chip that is ready. */
export type ConnectionEvents =
  | "connect.started"
  | "connect.reset"
  | "connect.sync-failed"
  | "connect.failed"
  | "connect.retrying"
  | "connect.chip"
  | "connect.identity"
  | "stub.already-running"
  | "stub.uploading"
  | "stub.starting"
  | "stub.running"
  | "baud.tried"
  | "baud.changing"
  | "baud.changed";
