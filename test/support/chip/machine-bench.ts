import { concatBytes } from "../../../src/core/bytes/words.ts";
import { xorChecksum } from "../../../src/core/bytes/xor-checksum.ts";
import { chipById } from "../../../src/core/chip/catalog.ts";
import type { ChipId } from "../../../src/core/chip/types.ts";
import { loadStub } from "../../../src/core/stub/load-stub.ts";
import type { Stub } from "../../../src/core/stub/stub.ts";
import type { Command } from "../../../src/core/wire/command.ts";
import { MEM_BEGIN, MEM_DATA, MEM_END } from "../../../src/core/wire/commands.ts";
import { decodeReply, encodeRequest, type ReplyPacket } from "../../../src/core/wire/packet.ts";
import { SlipDecoder, slipEncode } from "../../../src/core/wire/slip.ts";
import { createMachine } from "../../../src/virtual/create-machine.ts";
import { type FaultPlan, NO_FAULTS } from "../../../src/virtual/fault/faults.ts";
import type { BootMode, Machine, ResetCause } from "../../../src/virtual/machine/machine.ts";
import { defaultSilicon, type SiliconOptions } from "../../../src/virtual/silicon/silicon.ts";
import { INSTANT_TIMING, type TimingModel } from "../../../src/virtual/time/timing.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/virtual/time/virtual-clock.ts";

export interface Reply extends ReplyPacket {
  /** The first two status bytes, high byte first. */
  readonly status: number;
  /** Data without the status. */
  readonly body: Uint8Array<ArrayBuffer>;
}

interface MachineBenchOptions {
  readonly silicon?: SiliconOptions;
  readonly faults?: Partial<FaultPlan>;
  readonly timing?: Partial<TimingModel>;
  readonly mode?: BootMode;
}

/** A machine without a board around it: time stands still but for `advance`, frames go in and come out whole. */
export class MachineBench {
  readonly clock: VirtualClock = createVirtualClock();
  readonly machine: Machine;
  /** Every frame the chip sent and nobody took yet, with the moment. */
  readonly frames: { readonly at: number; readonly frame: Uint8Array<ArrayBuffer> }[] = [];
  readonly restarts: ResetCause[] = [];
  readonly faults: { -readonly [K in keyof FaultPlan]: FaultPlan[K] };
  #statusLength = 4;

  constructor(id: ChipId, options: MachineBenchOptions = {}) {
    this.clock.pause();
    this.faults = { ...NO_FAULTS, ...options.faults };
    const chip = chipById(id);
    this.#statusLength = chip.rom.statusLength;
    const decoder = new SlipDecoder({
      frame: (frame) => this.frames.push({ at: this.clock.now(), frame }),
      noise: () => undefined,
    });
    this.machine = createMachine(chip, defaultSilicon(id, options.silicon), {
      clock: this.clock,
      timing: { ...INSTANT_TIMING, ...options.timing },
      faults: this.faults,
      transmit: (bytes) => decoder.push(bytes),
      restart: (cause) => {
        this.restarts.push(cause);
        this.machine.stop();
      },
    });
    this.machine.start(options.mode ?? "download", "power-on");
  }

  advance(ms: number): void {
    this.clock.advanceBy(ms);
  }

  /** Frames that came, and time for them. */
  take(ms = 60_000): Uint8Array<ArrayBuffer>[] {
    this.advance(ms);
    return this.frames.splice(0).map(({ frame }) => frame);
  }

  raw(frame: Uint8Array<ArrayBuffer>): void {
    this.machine.receive(slipEncode(frame));
  }

  /** Sends without waiting for anything. */
  post<Request>(command: Command<Request, unknown>, request: Request, checksum?: number): void {
    const data = command.encode(request);
    const covered = command.checksummed?.(data);
    this.raw(
      encodeRequest({
        opcode: command.opcode,
        checksum: checksum ?? (covered === undefined ? 0 : xorChecksum(covered)),
        data,
      }),
    );
  }

  /** All replies that come within a minute. */
  replies<Request>(command: Command<Request, unknown>, request: Request, checksum?: number): Reply[] {
    this.post(command, request, checksum);
    return this.take().flatMap((frame) => this.reply(frame) ?? []);
  }

  /** The one reply. */
  ask<Request>(command: Command<Request, unknown>, request: Request, checksum?: number): Reply {
    const [reply, ...others] = this.replies(command, request, checksum);
    if (reply === undefined || others.length > 0) throw new Error(`${others.length + (reply ? 1 : 0)} replies`);
    return reply;
  }

  reply(frame: Uint8Array<ArrayBuffer>): Reply | null {
    const packet = decodeReply(frame);
    if (packet === null) return null;
    const length = this.machine.running === "stub" ? 2 : this.#statusLength;
    const body = packet.data.subarray(0, packet.data.length - length);
    const [high = 0, low = 0] = packet.data.subarray(body.length);
    return { ...packet, status: (high << 8) | low, body };
  }

  /** Uploads a stub; `spoil` may change a segment on the way. Returns what came after the MEM_END reply. */
  upload(
    stub: Stub,
    spoil: (data: Uint8Array<ArrayBuffer>, index: number) => Uint8Array<ArrayBuffer> = (data) => data,
  ): Uint8Array<ArrayBuffer>[] {
    stub.segments.forEach(({ address, data: original }, index) => {
      const data = spoil(original, index);
      const blockSize = 0x1800;
      const blocks = Math.ceil(data.length / blockSize);
      this.ask(MEM_BEGIN, { sizeBytes: data.length, blocks, blockSize, address });
      for (let sequence = 0; sequence < blocks; sequence++) {
        const block = data.slice(sequence * blockSize, (sequence + 1) * blockSize);
        this.ask(MEM_DATA, { sequence, block });
      }
    });
    this.post(MEM_END, { stay: 0, entry: stub.entry });
    return this.take(1000).slice(1);
  }

  async startStub(name: string): Promise<void> {
    const came = this.upload(await loadStub(name));
    if (concatBytes(came).length !== 4) throw new Error("the stub did not greet");
  }
}

/** Bytes that do not compress and differ everywhere. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
