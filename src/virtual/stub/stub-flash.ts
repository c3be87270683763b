import { md5 } from "../../core/bytes/md5.ts";
import { xorChecksum } from "../../core/bytes/xor-checksum.ts";
import type { Command } from "../../core/wire/command.ts";
import {
  ERASE_REGION,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  type FlashBeginRequest,
  READ_FLASH,
  type ReadFlashRequest,
  SPI_FLASH_MD5,
} from "../../core/wire/commands.ts";
import type { RequestPacket } from "../../core/wire/packet.ts";
import { eraseChip, eraseRange, programRange, readNow } from "../loader/flash-work.ts";
import { FlashWriter } from "../loader/flash-writer.ts";
import type { Program } from "../machine/cpu.ts";
import type { LoaderHost } from "../machine/loader-host.ts";
import { STUB_DONE, STUB_STATUS, type StubAnswer, stubFailure, stubGiven } from "./stub-answer.ts";
import { StubEraser } from "./stub-eraser.ts";
import { sendBlocks, transmit } from "./stub-frames.ts";

const SECTOR = 0x1000;
const ADDRESS_24_BITS = 0xffffff;
/** What is inflated is written when so much has come together, or at the end of the stream. */
const WINDOW = 0x8000;

/** The stub's flash commands: it answers before it writes, and erases just ahead of what it writes (fact sheet 3.5). */
export class StubFlash {
  readonly #host: LoaderHost;
  readonly #eraser: StubEraser;
  #writer: FlashWriter | null = null;
  #window: Uint8Array = new Uint8Array(WINDOW);
  #filled = 0;

  constructor(host: LoaderHost) {
    this.#host = host;
    this.#eraser = new StubEraser(host);
  }

  halt(): void {
    this.#eraser.halt();
  }

  /** The first step of the erase is taken here, without waiting for its end; the others while data come. */
  *begin(command: Command<FlashBeginRequest, unknown>, data: Uint8Array): Program<StubAnswer> {
    const request = command.decode(data);
    if (request === null) return stubFailure("wrongLength");
    const { sizeBytes, address, encrypted = 0 } = request;
    const start = this.#reach(address);
    const compressed = command.opcode === FLASH_DEFL_BEGIN.opcode;
    this.#writer = new FlashWriter({ address: start, sizeBytes, compressed, encrypted: encrypted !== 0 });
    this.#eraser.begin(start, sizeBytes);
    yield* this.#eraser.step();
    return STUB_DONE;
  }

  data({ data, checksum }: RequestPacket, compressed: boolean): StubAnswer {
    const request = FLASH_DATA.decode(data);
    if (request === null) return stubFailure("wrongLength");
    if (xorChecksum(request.block) !== (checksum & 0xff)) return stubFailure("wrongChecksum");
    const writer = this.#writer;
    if (writer === null || writer.compressed !== compressed) return stubFailure("notInFlashMode");
    // Sequence numbers are not looked at: a block sent again is decoded again, as the next piece of the stream.
    const { block, sequence } = request;
    return {
      status: STUB_STATUS.ok,
      afterwards: () =>
        compressed
          ? this.#inflate(writer, block, sequence)
          : this.#store(writer, block.subarray(0, Math.min(block.length, writer.remaining))),
    };
  }

  /** Each round takes a step ahead with the erase, then inflates until the window is full. */
  *#inflate(writer: FlashWriter, block: Uint8Array, sequence: number): Program<number> {
    // Only whether it is the first block matters of its number.
    if (sequence === 0) this.#filled = 0;
    const output = writer.take(block);
    if (output === "broken") return STUB_STATUS.inflateFailed;
    const { inflateMsPerMegabyte } = this.#host.board.timing;
    for (let done = 0, first = true; first || done < output.length; first = false) {
      yield* this.#eraser.step();
      const part = output.subarray(done, done + WINDOW - this.#filled);
      yield (inflateMsPerMegabyte * part.length) / 1e6;
      this.#window.set(part, this.#filled);
      this.#filled += part.length;
      done += part.length;
      const ended = writer.ended && done === output.length;
      if (this.#filled < WINDOW && !ended) continue;
      const status = yield* this.#store(writer, this.#window.slice(0, this.#filled));
      this.#filled = 0;
      if (status !== STUB_STATUS.ok) return status;
    }
    // All is written, and the stream is not at its end: its checksum alone is not taken any more.
    return writer.remaining === 0 && !writer.ended ? STUB_STATUS.tooMuchData : STUB_STATUS.ok;
  }

  *#store(writer: FlashWriter, bytes: Uint8Array): Program<number> {
    const at = writer.address;
    if (!(yield* this.#eraser.blankUpTo(at + bytes.length))) return STUB_STATUS.spiFailed;
    if (!(yield* programRange(this.#host, at, writer.stored(at, bytes)))) return STUB_STATUS.spiFailed;
    writer.advance(bytes.length);
    return STUB_STATUS.ok;
  }

  end(): StubAnswer {
    const writer = this.#writer;
    if (writer === null) return stubFailure("notInFlashMode");
    if (writer.remaining > 0) return stubFailure("wrongLength");
    this.#writer = null;
    return STUB_DONE;
  }

  *md5(data: Uint8Array): Program<StubAnswer> {
    const request = SPI_FLASH_MD5.decode(data);
    if (request === null) return stubFailure("wrongLength");
    return {
      status: STUB_STATUS.ok,
      data: md5(yield* this.#readAndHash(this.#reach(request.address), request.sizeBytes)),
    };
  }

  *eraseRegion(data: Uint8Array): Program<StubAnswer> {
    const range = ERASE_REGION.decode(data);
    if (range === null || range.address % SECTOR !== 0 || range.sizeBytes % SECTOR !== 0) {
      return stubFailure("wrongLength");
    }
    yield* this.#eraser.idle();
    const erased = yield* eraseRange(this.#host, this.#reach(range.address), range.sizeBytes);
    return erased ? STUB_DONE : stubFailure("spiFailed");
  }

  *eraseChip(): Program<StubAnswer> {
    yield* this.#eraser.idle();
    return (yield* eraseChip(this.#host)) ? STUB_DONE : stubFailure("spiFailed");
  }

  read(data: Uint8Array): StubAnswer {
    return stubGiven(READ_FLASH, data, (range) => ({
      status: STUB_STATUS.ok,
      afterwards: () => this.#send(range),
    }));
  }

  /** Raw frames, then their MD5, which comes also when the host ended the reading. */
  *#send(range: ReadFlashRequest): Program<number> {
    const sent = yield* sendBlocks(this.#host, range, (address, length) =>
      this.#readAndHash(this.#reach(address), length),
    );
    if (!(sent instanceof Uint8Array)) return sent;
    yield* transmit(this.#host, sent);
    return STUB_STATUS.ok;
  }

  *#readAndHash(address: number, sizeBytes: number): Program<Uint8Array> {
    yield* this.#eraser.idle();
    yield (this.#host.board.timing.md5MsPerMegabyte * sizeBytes) / 1e6;
    return readNow(this.#host, address, sizeBytes);
  }

  /** Where the stub's SPI commands carry only three address bytes, flash beyond 16 MiB wraps to its start. */
  #reach(address: number): number {
    return this.#host.chip.stubBeyond16MiB ? address : address & ADDRESS_24_BITS;
  }
}
