import {
  type ConnectDiagnosis,
  type ConnectOptions,
  type EspError,
  isEspError,
  type Port,
  type Session,
} from "../../index.ts";
import type { CliEvent } from "../cli-event.ts";
import type { RunContext } from "../context.ts";

/** How long somebody may take to find the buttons. */
const PATIENCE_MS = 120_000;
/** Of the rounds of one opening of the port, each of 0.75 s: the port may be another one when the chip has its own USB. */
const ROUNDS = 8;

/** What a person at the board can change. Cables, ports that are busy and wrong chips are no matter of buttons. */
const MENDED_BY_HAND: ReadonlySet<string> = new Set(["connect.silence", "connect.garbage", "connect.wrong-boot-mode"]);

/** Somebody sits there, sees what is said, and may press buttons. */
export function mayListen({ host, options, signal }: RunContext, error: unknown): error is EspError {
  const isAttended = host.stdout.isTTY && host.stdin.isTTY && (host.env["CI"] ?? "") === "";
  const isQuiet = options.flag("json") || options.flag("silent");
  const resets = options.text("before") !== "no-reset-no-sync";
  if (!isAttended || isQuiet || !resets || signal.aborted || !isEspError(error)) return false;
  return MENDED_BY_HAND.has(error.code) && error.details["diagnosis"] !== undefined;
}

/**
 * Says what is wrong and goes on asking, without resets, until the chip answers. Throws the first error after two minutes,
 * and what no patience mends.
 */
export async function listenForChip(
  { print, emit }: RunContext,
  makePort: () => Promise<Port>,
  connecting: ConnectOptions,
  error: EspError,
): Promise<Session> {
  print("");
  print(error.message);
  const { byHand, others } = adviceOf(error);
  for (const advice of others) print(advice);
  print(`${byHand}: I am listening, for two minutes. Ctrl-C ends it.`);
  const { connectRepeatedly } = await import("../../index.ts");
  try {
    return await connectRepeatedly(makePort, {
      ...connecting,
      before: "no-reset",
      connectAttempts: ROUNDS,
      patienceMs: PATIENCE_MS,
      onEvent: (event) => {
        if (!isFutile(event)) emit(event);
      },
    });
  } catch (last) {
    // What was tried first says more than the last of many.
    throw isEspError(last) && last.code.startsWith("connect.") && MENDED_BY_HAND.has(last.code) ? error : last;
  }
}

/** What there is to press, on this chip where it is known which, apart from all else that may help. */
function adviceOf(error: EspError): { readonly byHand: string; readonly others: readonly string[] } {
  const { advice } = error.details["diagnosis"] as ConnectDiagnosis;
  const byHand = advice.find((text) => text.startsWith("Hold BOOT")) ?? "Hold BOOT, tap RESET, release BOOT.";
  return {
    byHand: byHand.replace(/(?:, then connect without a reset)?\.$/, ""),
    others: advice.filter((text) => text !== byHand),
  };
}

/** That nobody answers yet need not be said again and again. */
function isFutile(event: CliEvent): boolean {
  if (event.type === "note") return event.code === "connect.no-reset";
  return /^connect\.(?:started|reset|sync-failed|failed|retrying)$/.test(event.type);
}
