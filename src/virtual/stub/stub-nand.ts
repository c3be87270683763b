import { readU32 } from "../../core/bytes/words.ts";
import { xorChecksum } from "../../core/bytes/xor-checksum.ts";
import type { ReadFlashRequest } from "../../core/wire/commands.ts";
import {
  NAND_ATTACH,
  NAND_BEGIN,
  NAND_DATA,
  NAND_END,
  NAND_ERASE_ALL,
  NAND_ERASE_REGION,
  NAND_READ,
  NAND_READ_SPARE,
  NAND_WRITE_SPARE,
} from "../../core/wire/nand-commands.ts";
import type { RequestPacket } from "../../core/wire/packet.ts";
import {
  NAND_BLOCK_BYTES,
  NAND_BLOCKS,
  NAND_PAGE_BYTES,
  NAND_PAGES_PER_BLOCK,
  type NandMemory,
} from "../flash/nand-flash.ts";
import type { Program } from "../machine/cpu.ts";
import type { LoaderHost } from "../machine/loader-host.ts";
import { STUB_DONE, STUB_STATUS, type StubAnswer, stubFailure, stubGiven } from "./stub-answer.ts";
import { sendBlocks, transmit } from "./stub-frames.ts";

const SIZE: number = NAND_BLOCKS * NAND_BLOCK_BYTES;
/** What a line that nobody drives says. */
const NOBODY = 0xffffffff;
const MARK = 0x00;

interface Write {
  address: number;
  readonly end: number;
  /** Bytes of a page that is not full yet. */
  pending: Uint8Array;
}

/** The stub's NAND plugin (fact sheet 3.17). Unlike the stub's NOR commands it writes first and answers then. */
export class StubNand {
  readonly #host: LoaderHost;
  /** The flash once it was attached on the right pins. */
  #flash: NandMemory | null = null;
  #write: Write | null = null;

  constructor(host: LoaderHost) {
    this.#host = host;
  }

  *serve(request: RequestPacket): Program<StubAnswer> {
    const { opcode, data } = request;
    if (opcode === NAND_ATTACH.opcode) return this.#attach(data);
    const flash = this.#flash;
    if (flash === null) return stubFailure("spiFailed");
    switch (opcode) {
      case NAND_READ_SPARE.opcode:
        return stubGiven(NAND_READ_SPARE, data, ({ page }) => ({
          status: STUB_STATUS.ok,
          value: readU32(flash.readSpare(page), 0),
        }));
      case NAND_WRITE_SPARE.opcode:
        return this.#writeSpare(flash, data);
      case NAND_READ.opcode:
        return this.#read(flash, data);
      case NAND_BEGIN.opcode:
        return this.#begin(data);
      case NAND_DATA.opcode:
        return yield* this.#data(flash, request);
      case NAND_END.opcode:
        return yield* this.#end(flash, data);
      case NAND_ERASE_ALL.opcode:
        return data.length === 0 ? yield* this.#eraseBlocks(flash, 0, NAND_BLOCKS) : stubFailure("wrongLength");
      case NAND_ERASE_REGION.opcode:
        return yield* this.#eraseRegion(flash, data);
      default:
        // The remaining command is a debugging aid of which nothing is known.
        return stubFailure("notImplemented");
    }
  }

  #attach(data: Uint8Array): StubAnswer {
    return stubGiven(NAND_ATTACH, data, ({ pins }) => {
      const { nand } = this.#host;
      this.#write = null;
      this.#flash = nand !== null && (nand.pins === null || nand.pins === pins) ? nand : null;
      if (this.#flash === null) return { status: STUB_STATUS.ok, value: NOBODY, data: Uint8Array.of(0xff) };
      const { manufacturer, device, protection } = this.#flash;
      return { status: STUB_STATUS.ok, value: (manufacturer << 16) | device, data: Uint8Array.of(protection) };
    });
  }

  #writeSpare(flash: NandMemory, data: Uint8Array): StubAnswer {
    return stubGiven(NAND_WRITE_SPARE, data, ({ page, isBad }) => {
      if (this.#fails(blockOf(page), "mark")) return stubFailure("nandProgramFailed");
      flash.programSpare(page, new Uint8Array(4).fill(isBad === 0 ? 0xff : MARK));
      return STUB_DONE;
    });
  }

  #fails(block: number, operation: "erase" | "program" | "corrupt" | "mark" | "read"): boolean {
    return this.#host.board.faults.failsNandBlock(block, operation);
  }

  #begin(data: Uint8Array): StubAnswer {
    return stubGiven(NAND_BEGIN, data, ({ address, sizeBytes, packetSize }) => {
      if (address % NAND_PAGE_BYTES !== 0 || address + sizeBytes > SIZE) return stubFailure("wrongLength");
      if (packetSize > 0x4000) return stubFailure("wrongBlockSize");
      this.#write = { address, end: address + sizeBytes, pending: new Uint8Array(0) };
      return STUB_DONE;
    });
  }

  *#data(flash: NandMemory, { data, checksum }: RequestPacket): Program<StubAnswer> {
    const write = this.#write;
    if (write === null) return stubFailure("notInFlashMode");
    const request = NAND_DATA.decode(data);
    if (request === null) return stubFailure("wrongLength");
    const { block } = request;
    if (xorChecksum(block) !== (checksum & 0xff)) return stubFailure("wrongChecksum");
    if (write.address + write.pending.length + block.length > write.end) return stubFailure("tooMuchData");
    const bytes = new Uint8Array(write.pending.length + block.length);
    bytes.set(write.pending);
    bytes.set(block, write.pending.length);
    const whole = bytes.length - (bytes.length % NAND_PAGE_BYTES);
    for (let done = 0; done < whole; done += NAND_PAGE_BYTES) {
      const status = yield* this.#programNext(flash, write, bytes.subarray(done, done + NAND_PAGE_BYTES));
      if (status !== STUB_STATUS.ok) return { status };
    }
    write.pending = bytes.slice(whole);
    return STUB_DONE;
  }

  /** The last page of a write is filled up with FF. */
  *#end(flash: NandMemory, data: Uint8Array): Program<StubAnswer> {
    if (NAND_END.decode(data) === null) return stubFailure("wrongLength");
    const write = this.#write;
    if (write === null) return stubFailure("notInFlashMode");
    this.#write = null;
    if (write.pending.length === 0) return STUB_DONE;
    return { status: yield* this.#programNext(flash, write, write.pending) };
  }

  /** A block is erased when its first page is written. */
  *#programNext(flash: NandMemory, write: Write, bytes: Uint8Array): Program<number> {
    const page = write.address / NAND_PAGE_BYTES;
    const block = blockOf(page);
    write.address += NAND_PAGE_BYTES;
    if (page % NAND_PAGES_PER_BLOCK === 0) {
      const { status } = yield* this.#eraseBlocks(flash, block, 1);
      if (status !== STUB_STATUS.ok) return status;
    }
    yield this.#host.board.timing.nandPageProgramMs;
    if (this.#fails(block, "program")) return STUB_STATUS.nandProgramFailed;
    const stored = this.#fails(block, "corrupt") ? bytes.map((byte, at) => (at === 7 ? byte & 0x7e : byte)) : bytes;
    return flash.programPage(page, stored) ? STUB_STATUS.ok : STUB_STATUS.nandProgramFailed;
  }

  *#eraseRegion(flash: NandMemory, data: Uint8Array): Program<StubAnswer> {
    const range = NAND_ERASE_REGION.decode(data);
    if (range === null || range.address % NAND_BLOCK_BYTES !== 0 || range.sizeBytes % NAND_BLOCK_BYTES !== 0) {
      return stubFailure("wrongLength");
    }
    return yield* this.#eraseBlocks(flash, range.address / NAND_BLOCK_BYTES, range.sizeBytes / NAND_BLOCK_BYTES);
  }

  *#eraseBlocks(flash: NandMemory, first: number, count: number): Program<StubAnswer> {
    for (let block = first; block < first + count; block++) {
      yield this.#host.board.timing.nandBlockEraseMs;
      if (this.#fails(block, "erase") || !flash.eraseBlock(block)) return stubFailure("nandEraseFailed");
    }
    return STUB_DONE;
  }

  #read(flash: NandMemory, data: Uint8Array): StubAnswer {
    return stubGiven(NAND_READ, data, (range) => ({
      status: STUB_STATUS.ok,
      afterwards: () => this.#send(flash, range),
    }));
  }

  /** As for NOR flash (fact sheet 3.12); what the flash could not give is sent as zeros, its digest inverted. */
  *#send(flash: NandMemory, range: ReadFlashRequest): Program<number> {
    const host = this.#host;
    let readable = true;
    const read = function* (this: StubNand, address: number, length: number): Program<Uint8Array> {
      yield (host.board.timing.nandPageReadMs * length) / NAND_PAGE_BYTES;
      if (this.#fails(Math.floor(address / NAND_BLOCK_BYTES), "read")) readable = false;
      return readable ? flash.read(address, length) : new Uint8Array(length);
    };
    const sent = yield* sendBlocks(host, range, (address, length) => read.call(this, address, length));
    if (!(sent instanceof Uint8Array)) return sent;
    yield* transmit(host, readable ? sent : sent.map((byte) => byte ^ 0xff));
    return STUB_STATUS.ok;
  }
}

function blockOf(page: number): number {
  return Math.floor(page / NAND_PAGES_PER_BLOCK);
}
