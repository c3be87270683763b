import { md5, md5Stream } from "../../core/bytes/digests.ts";
import { xorChecksum } from "../../core/bytes/xor-checksum.ts";
import {
  ERASE_REGION,
  FLASH_DATA,
  type FlashBeginRequest,
  READ_FLASH,
  type ReadFlashRequest,
  SPI_FLASH_MD5,
} from "../../core/wire/commands.ts";
import type { RequestPacket } from "../../core/wire/packet.ts";
import type { Program } from "../machine/cpu.ts";
import type { LoaderHost } from "../machine/loader-host.ts";
import { eraseRange, eraseStep, eraseUnit, programRange, readNow, readRange } from "./flash-work.ts";
import { FlashWriter } from "./flash-writer.ts";
import { STUB_DONE, STUB_STATUS, type StubAnswer, stubFailure, stubGiven } from "./stub-answer.ts";

const MAXIMUM_READ_BLOCK = 0x1000;
const SECTOR = 0x1000;
const ADDRESS_24_BITS = 0xffffff;

/** The stub's flash commands: it answers before it writes, and erases just ahead of what it writes (fact sheet 3.5). */
export class StubFlash {
  readonly #host: LoaderHost;
  #writer: FlashWriter | null = null;
  #erased = 0;
  #eraseEnd = 0;

  constructor(host: LoaderHost) {
    this.#host = host;
  }

  begin({ sizeBytes, address, encrypted = 0 }: FlashBeginRequest, compressed: boolean): StubAnswer {
    const start = this.#reach(address);
    this.#writer = new FlashWriter({ address: start, sizeBytes, compressed, encrypted: encrypted !== 0 });
    this.#erased = Math.floor(start / SECTOR) * SECTOR;
    this.#eraseEnd = sizeBytes === 0 ? this.#erased : Math.ceil((start + sizeBytes) / SECTOR) * SECTOR;
    // The first erase is started here, the others just ahead of each write (fact sheet 3.5).
    return { status: STUB_STATUS.ok, afterwards: () => this.#eraseUpTo(this.#erased + 1) };
  }

  /** Erases until everything below `address` is, as far as the operation reaches. */
  *#eraseUpTo(address: number): Program<number> {
    while (this.#erased < Math.min(address, this.#eraseEnd)) {
      const step = eraseStep(this.#erased, this.#eraseEnd);
      if (!(yield* eraseUnit(this.#host, this.#erased, step))) return STUB_STATUS.spiFailed;
      this.#erased += step;
    }
    return STUB_STATUS.ok;
  }

  data({ data, checksum }: RequestPacket, compressed: boolean): StubAnswer {
    const request = FLASH_DATA.decode(data);
    if (request === null) return stubFailure("wrongLength");
    if (xorChecksum(request.block) !== (checksum & 0xff)) return stubFailure("wrongChecksum");
    const writer = this.#writer;
    if (writer === null || writer.compressed !== compressed) return stubFailure("notInFlashMode");
    // Sequence numbers are not looked at: a block sent again is decoded again, as the next piece of the stream.
    return { status: STUB_STATUS.ok, afterwards: () => this.#write(writer, request.block) };
  }

  *#write(writer: FlashWriter, block: Uint8Array): Program<number> {
    if (!writer.compressed) return yield* this.#store(writer, block.subarray(0, writer.remaining));
    const output = writer.take(block);
    if (output === "broken") return STUB_STATUS.inflateFailed;
    if (output.length > writer.remaining) return STUB_STATUS.tooMuchData;
    return yield* this.#store(writer, output);
  }

  *#store(writer: FlashWriter, bytes: Uint8Array): Program<number> {
    for (let done = 0; done < bytes.length; ) {
      const at = writer.address;
      const length = Math.min(bytes.length - done, SECTOR - (at % SECTOR));
      const erased = yield* this.#eraseUpTo(at + length);
      if (erased !== STUB_STATUS.ok) return erased;
      const part = writer.stored(at, bytes.subarray(done, done + length));
      if (!(yield* programRange(this.#host, at, part))) return STUB_STATUS.spiFailed;
      writer.advance(length);
      done += length;
    }
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
    const host = this.#host;
    const request = SPI_FLASH_MD5.decode(data);
    if (request === null) return stubFailure("wrongLength");
    yield (host.board.timing.md5MsPerMegabyte * request.sizeBytes) / 1e6;
    const contents = readNow(host, this.#reach(request.address), request.sizeBytes);
    return { status: STUB_STATUS.ok, data: md5(contents) };
  }

  *eraseRegion(data: Uint8Array): Program<StubAnswer> {
    const range = ERASE_REGION.decode(data);
    if (range === null || range.address % SECTOR !== 0 || range.sizeBytes % SECTOR !== 0) {
      return stubFailure("wrongLength");
    }
    const erased = yield* eraseRange(this.#host, this.#reach(range.address), range.sizeBytes);
    return erased ? STUB_DONE : stubFailure("spiFailed");
  }

  read(data: Uint8Array): StubAnswer {
    return stubGiven(READ_FLASH, data, (range) =>
      range.blockSize === 0 || range.blockSize > MAXIMUM_READ_BLOCK
        ? stubFailure("wrongBlockSize")
        : { status: STUB_STATUS.ok, afterwards: () => this.#send(range) },
    );
  }

  /** Raw frames, one at a time, each after the last was acknowledged; then the MD5 (fact sheet 3.12). */
  *#send({ address, sizeBytes, blockSize }: ReadFlashRequest): Program<number> {
    const host = this.#host;
    const digest = md5Stream();
    for (let done = 0; done < sizeBytes; ) {
      const length = Math.min(blockSize, sizeBytes - done);
      const block = yield* readRange(host, this.#reach(address + done), length);
      digest.update(block);
      host.send(block);
      done += length;
      const acknowledgement = yield "frame";
      // A frame of four bytes acknowledges, any other ends the read.
      if (acknowledgement?.length !== 4) return STUB_STATUS.ok;
    }
    host.send(digest.digest());
    return STUB_STATUS.ok;
  }

  /** Where the stub's SPI commands carry only three address bytes, flash beyond 16 MiB wraps to its start. */
  #reach(address: number): number {
    return this.#host.chip.stubBeyond16MiB ? address : address & ADDRESS_24_BITS;
  }
}
