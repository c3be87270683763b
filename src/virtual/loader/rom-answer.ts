import { xorChecksum } from "../../core/bytes/xor-checksum.ts";
import type { Command } from "../../core/wire/command.ts";
import type { DataRequest } from "../../core/wire/commands.ts";
import type { RequestPacket } from "../../core/wire/packet.ts";
import type { Program } from "../machine/cpu.ts";

/** Reasons of the ROM (fact sheet 3.2). */
export const ROM_REASON = {
  ok: 0x00,
  invalidParameter: 0x01,
  failed: 0x06,
  wrongChecksum: 0x07,
  writeError: 0x08,
  deflateError: 0x0b,
} as const;

/** What the ROM answers to one request. */
export interface RomAnswer {
  readonly reason: number;
  readonly data?: Uint8Array | undefined;
  /** What the loader does once it has answered; a program that never returns ends the loader. */
  readonly afterwards?: (() => Program) | undefined;
}

export const ROM_DONE: RomAnswer = { reason: ROM_REASON.ok };

export function because(reason: keyof typeof ROM_REASON): RomAnswer {
  return { reason: ROM_REASON[reason] };
}

/** The answer to a request that can be decoded; one that cannot has an invalid parameter. */
export function given<Request>(
  command: Command<Request, unknown>,
  data: Uint8Array,
  act: (request: Request) => RomAnswer,
): RomAnswer {
  const request = command.decode(data);
  return request === null ? because("invalidParameter") : act(request);
}

/** The block in a request, or the answer to a request whose block is not as announced. */
export function blockOf(
  command: Command<DataRequest, unknown>,
  { data, checksum }: RequestPacket,
): Uint8Array | RomAnswer {
  const request = command.decode(data);
  if (request === null) return because("invalidParameter");
  return xorChecksum(request.block) === (checksum & 0xff) ? request.block : because("wrongChecksum");
}
