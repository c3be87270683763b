import type { Command } from "../../core/wire/command.ts";
import type { Program } from "../machine/cpu.ts";

/** Status words of the stub (fact sheet 3.2). */
export const STUB_STATUS = {
  ok: 0x0000,
  wrongLength: 0xc000,
  wrongChecksum: 0xc100,
  wrongBlockSize: 0xc200,
  invalidCommand: 0xc300,
  spiFailed: 0xc400,
  notInFlashMode: 0xc600,
  inflateFailed: 0xc700,
  notEnoughData: 0xc800,
  tooMuchData: 0xc900,
  nandProgramFailed: 0xca00,
  nandEraseFailed: 0xcb00,
  notImplemented: 0xff00,
} as const;

/** What the stub answers to one request. */
export interface StubAnswer {
  readonly status: number;
  readonly value?: number | undefined;
  readonly data?: Uint8Array | undefined;
  /** Work done after the answer; its status, when it is a failure, is told by the answer to the next command. */
  readonly afterwards?: (() => Program<number>) | undefined;
}

export const STUB_DONE: StubAnswer = { status: STUB_STATUS.ok };

export function stubFailure(status: keyof typeof STUB_STATUS): StubAnswer {
  return { status: STUB_STATUS[status] };
}

/** The answer to a request that can be decoded; any other has the wrong length. */
export function stubGiven<Request>(
  command: Command<Request, unknown>,
  data: Uint8Array,
  act: (request: Request) => StubAnswer,
): StubAnswer {
  const request = command.decode(data);
  return request === null ? stubFailure("wrongLength") : act(request);
}
