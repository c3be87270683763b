import { EspError } from "../errors.ts";
import { loadWords } from "../load-part.ts";
import type { ReplyPacket } from "../wire/packet.ts";
import { DAMAGED_REASONS, ROM_UNSUPPORTED_REASON, STUB_INVALID_COMMAND, STUB_NOT_IMPLEMENTED } from "../wire/status.ts";
import { findPanic, type Noise, noiseText } from "./noise.ts";

/** What errors say of a command. */
export interface NamedCommand {
  readonly name: string;
  readonly opcode: number;
  readonly doing: string;
}

/** The ROM's way of saying that it does not know the command. */
export function isUnsupported(reply: ReplyPacket): boolean {
  const { data } = reply;
  return (data.length === 2 || data.length === 4) && data[0] === 1 && data[1] === ROM_UNSUPPORTED_REASON;
}

/** What a status other than 0 means. */
export async function statusError(command: NamedCommand, status: number): Promise<EspError> {
  if (status === STUB_NOT_IMPLEMENTED || status === STUB_INVALID_COMMAND) return unsupportedError(command, status);
  const shown = status.toString(16).padStart(4, "0").toUpperCase();
  return new EspError(
    "link.status",
    `Failed to ${command.doing}: the chip answered ${shown} (${await reasonOf(status)}).`,
    {
      hint: "See the details for the command; a checksum error points at the cable or the baud rate.",
      details: { command: command.name, status },
    },
  );
}

async function reasonOf(status: number): Promise<string> {
  const reason = DAMAGED_REASONS.get(status);
  if (reason !== undefined) return reason;
  const words = await loadWords(() => import("../wire/status-reasons.ts"));
  return words === null ? "what that means could not be looked up" : words.statusReason(status);
}

/** `status`: how a stub says it. */
export function unsupportedError({ name, opcode }: NamedCommand, status?: number): EspError {
  return new EspError("link.unsupported-command", `The loader does not know the command ${name}.`, {
    hint: "This chip has no such function, its loader was built without it, or Secure Download Mode forbids it.",
    details: { command: name, opcode, status },
  });
}

/** `noise`: what came instead of an answer. */
export function silenceError({ name, doing }: NamedCommand, timeoutMs: number, noise: Noise): EspError {
  const panic = findPanic(noiseText(noise.bytes));
  const details = { command: name, timeoutMs, noiseBytes: noise.total };
  if (panic !== null)
    return new EspError("link.panic", `Failed to ${doing}: the application crashed (${panic}).`, {
      hint: "The chip runs its application instead of the loader; connect again with a reset.",
      details,
    });
  return new EspError("link.timeout", `Failed to ${doing}: no answer to ${name} within ${timeoutMs / 1000} s.`, {
    hint: "Check the cable and the power supply, or try a lower baud rate.",
    details,
  });
}

export function lengthError({ name, doing }: NamedCommand, length: number): EspError {
  return new EspError("link.reply-short", `Failed to ${doing}: the answer has ${length} bytes, which is wrong.`, {
    hint: "Bytes were lost on the line; try a lower baud rate or another cable.",
    details: { command: name, length },
  });
}
