import type { Command } from "../wire/command.ts";
import type { ReplyPacket } from "../wire/packet.ts";
import { isUnsupported, lengthError, statusError, unsupportedError } from "./reply-errors.ts";

/** What the reply says. Throws `link.unsupported-command`, `link.status`, `link.reply-short`. */
export async function interpretReply<Request, Reply>(
  command: Command<Request, Reply>,
  reply: ReplyPacket,
): Promise<Reply> {
  const { data } = reply;
  if (isUnsupported(reply)) throw unsupportedError(command);
  const length = command.replyLengths.find((size) => data.length - size === 2 || data.length - size === 4);
  // A failed command may answer with the status alone.
  const at = length ?? (data.length === 2 || data.length === 4 ? 0 : null);
  const [failed = 0, reason = 0] = at === null ? [] : data.subarray(at);
  if (failed !== 0) throw await statusError(command, (failed << 8) | reason);
  if (length === undefined) throw lengthError(command, data.length);
  return command.decodeReply(data.subarray(0, length), reply.value);
}
