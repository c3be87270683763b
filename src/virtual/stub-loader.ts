import { md5, md5Stream } from "../core/bytes/digests.ts";
import { xorChecksum } from "../core/wire/checksum.ts";
import type { Command } from "../core/wire/command.ts";
import {
  CHANGE_BAUDRATE,
  ERASE_FLASH,
  ERASE_REGION,
  FLASH_BEGIN,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  FLASH_DEFL_END,
  FLASH_END,
  type FlashBeginRequest,
  GET_SECURITY_INFO,
  MEM_BEGIN,
  MEM_DATA,
  MEM_END,
  READ_FLASH,
  READ_REG,
  type ReadFlashRequest,
  RUN_USER_CODE,
  SPI_ATTACH,
  SPI_FLASH_MD5,
  SPI_SET_PARAMS,
  STUB_GREETING,
  SYNC,
  SYNC_REPLIES,
  WRITE_REG,
} from "../core/wire/commands.ts";
import { decodeRequest, encodeReply, type RequestPacket } from "../core/wire/packet.ts";
import { STUB_INVALID_COMMAND, STUB_NOT_IMPLEMENTED } from "../core/wire/status.ts";
import type { Program } from "./cpu.ts";
import { eraseChip, eraseRange, eraseStep, eraseUnit, programRange, readRange } from "./flash-work.ts";
import { FlashWriter } from "./flash-writer.ts";
import { type LoaderHost, lineMs, writeMasked } from "./loader-host.ts";
import { securityInfoOf } from "./security-info.ts";
import type { KnownStub } from "./stub-table.ts";

/** Status words of the stub (fact sheet 3.2). */
const OK = 0x0000;
const WRONG_LENGTH = 0xc000;
const WRONG_CHECKSUM = 0xc100;
const WRONG_BLOCK_SIZE = 0xc200;
const SPI_FAILED = 0xc400;
const NOT_IN_FLASH_MODE = 0xc600;
const INFLATE_FAILED = 0xc700;
const NOT_ENOUGH_DATA = 0xc800;
const TOO_MUCH_DATA = 0xc900;

/** Fact sheet 3.5: header, block, and some room. A longer frame overruns the buffer and is lost. */
const FRAME_BUFFER = 8 + 0x4000 + 0xff;
const MAXIMUM_READ_BLOCK = 0x1000;
const SECTOR = 0x1000;
const FIRST_PLUGIN_OPCODE = 0xd5;
const PLUGIN_OPCODES = 27;
const ADDRESS_24_BITS = 0xffffff;

interface Answer {
  readonly status: number;
  readonly value?: number;
  readonly data?: Uint8Array;
  /** Work done after the answer; its failure is told by the answer to the next command. */
  readonly afterwards?: () => Program<number>;
}
const DONE: Answer = { status: OK };
const failure = (status: number): Answer => ({ status });

/** The flasher stub, from its first instruction to the next reset. */
export function* stubLoader(host: LoaderHost, stub: KnownStub): Program {
  host.running = "stub";
  // The stub sets the flash pins up by itself.
  host.pins.connected = true;
  yield host.board.timing.stubStartMs;
  host.send(STUB_GREETING);
  const loader = new StubLoader(host, stub);
  for (;;) {
    const frame = yield "frame";
    if (frame === undefined || frame.length > FRAME_BUFFER) continue;
    const request = decodeRequest(frame);
    if (request === null || host.board.faults.ignoresCommand(request.opcode)) continue;
    yield host.board.timing.commandMs;
    yield* loader.serve(request);
  }
}

class StubLoader {
  readonly #host: LoaderHost;
  readonly #stub: KnownStub;
  #memoryAddress = 0;
  #writer: FlashWriter | null = null;
  #erased = 0;
  #eraseEnd = 0;
  #deferredStatus = OK;

  constructor(host: LoaderHost, stub: KnownStub) {
    this.#host = host;
    this.#stub = stub;
  }

  *serve(request: RequestPacket): Program {
    const { opcode } = request;
    if (this.#deferredStatus !== OK) {
      const status = this.#deferredStatus;
      this.#deferredStatus = OK;
      this.#reply(opcode, failure(status));
      return;
    }
    if (opcode === RUN_USER_CODE.opcode) {
      yield* this.#runUserCode();
      return;
    }
    const answer = yield* this.#execute(request);
    const copies = opcode === SYNC.opcode && answer.status === OK ? SYNC_REPLIES : 1;
    for (let copy = 0; copy < copies; copy++) this.#reply(opcode, answer);
    if (answer.afterwards !== undefined) this.#deferredStatus = yield* answer.afterwards();
  }

  #reply(opcode: number, { status, value = 0, data = new Uint8Array(0) }: Answer): void {
    const payload = new Uint8Array(data.length + 2);
    payload.set(data);
    payload[data.length] = status >>> 8;
    payload[data.length + 1] = status;
    this.#host.send(encodeReply({ opcode, value, data: payload }));
  }

  *#execute(request: RequestPacket): Program<Answer> {
    const { opcode, data } = request;
    switch (opcode) {
      case SYNC.opcode:
        return data.length === 36 ? DONE : failure(WRONG_LENGTH);
      case READ_REG.opcode:
        return this.#given(READ_REG, data, ({ address }) => ({
          status: OK,
          value: this.#host.space.readWord(address),
        }));
      case WRITE_REG.opcode:
        return yield* this.#writeRegisters(data);
      case MEM_BEGIN.opcode:
        return this.#given(MEM_BEGIN, data, ({ address }) => {
          this.#memoryAddress = address;
          return DONE;
        });
      case MEM_DATA.opcode:
        // The checksum of these blocks is not looked at (fact sheet 3.5).
        return this.#given(MEM_DATA, data, ({ block }) => {
          this.#host.space.writeBytes(this.#memoryAddress, block);
          this.#memoryAddress += block.length;
          return DONE;
        });
      case MEM_END.opcode:
        return this.#given(MEM_END, data, ({ stay, entry }) =>
          stay !== 0 || entry === 0 ? DONE : { status: OK, afterwards: () => this.#jump(entry) },
        );
      case FLASH_BEGIN.opcode:
        return this.#given(FLASH_BEGIN, data, (begin) => this.#flashBegin(begin, false));
      case FLASH_DEFL_BEGIN.opcode:
        return this.#given(FLASH_DEFL_BEGIN, data, (begin) => this.#flashBegin(begin, true));
      case FLASH_DATA.opcode:
        return this.#flashData(request, false);
      case FLASH_DEFL_DATA.opcode:
        return this.#flashData(request, true);
      case FLASH_END.opcode:
        return this.#given(FLASH_END, data, ({ stay }) => this.#flashEnd(stay));
      case FLASH_DEFL_END.opcode:
        return this.#given(FLASH_DEFL_END, data, ({ stay }) => this.#flashEnd(stay));
      default:
        return yield* this.#flashCommand(opcode, data);
    }
  }

  *#flashCommand(opcode: number, data: Uint8Array): Program<Answer> {
    const host = this.#host;
    switch (opcode) {
      case SPI_ATTACH.opcode:
        if (data.length !== 4) return failure(WRONG_LENGTH);
        return this.#given(SPI_ATTACH, data, ({ pins }) => {
          host.pins.connected = pins === host.silicon.flashPins;
          return DONE;
        });
      case SPI_SET_PARAMS.opcode:
        return this.#given(SPI_SET_PARAMS, data, () => DONE);
      case CHANGE_BAUDRATE.opcode:
        return this.#given(CHANGE_BAUDRATE, data, ({ baudRate, currentBaudRate }) => ({
          status: OK,
          afterwards: () => this.#changeBaud(baudRate, currentBaudRate),
        }));
      case SPI_FLASH_MD5.opcode:
        return yield* this.#md5(data);
      case GET_SECURITY_INFO.opcode:
        if (!host.chip.rom.hasSecurityInfo) return failure(STUB_NOT_IMPLEMENTED);
        if (data.length !== 0) return failure(WRONG_LENGTH);
        return { status: OK, data: securityInfoOf(host) };
      case ERASE_FLASH.opcode:
        if (data.length !== 0) return failure(WRONG_LENGTH);
        return (yield* eraseChip(host)) ? DONE : failure(SPI_FAILED);
      case ERASE_REGION.opcode: {
        const range = ERASE_REGION.decode(data);
        if (range === null) return failure(WRONG_LENGTH);
        if (range.address % SECTOR !== 0 || range.sizeBytes % SECTOR !== 0) return failure(WRONG_LENGTH);
        return (yield* eraseRange(host, this.#reach(range.address), range.sizeBytes)) ? DONE : failure(SPI_FAILED);
      }
      case READ_FLASH.opcode:
        return this.#given(READ_FLASH, data, (range) =>
          range.blockSize === 0 || range.blockSize > MAXIMUM_READ_BLOCK
            ? failure(WRONG_BLOCK_SIZE)
            : { status: OK, afterwards: () => this.#sendFlash(range) },
        );
      default:
        return failure(this.#unknownStatus(opcode));
    }
  }

  /** The old stubs know one answer to what they do not know; the current one tells plugins that are not loaded apart. */
  #unknownStatus(opcode: number): number {
    const isPlugin = opcode >= FIRST_PLUGIN_OPCODE && opcode < FIRST_PLUGIN_OPCODE + PLUGIN_OPCODES;
    return isPlugin || this.#stub.generation === "legacy" ? STUB_NOT_IMPLEMENTED : STUB_INVALID_COMMAND;
  }

  #given<Request>(command: Command<Request, unknown>, data: Uint8Array, act: (request: Request) => Answer): Answer {
    const request = command.decode(data);
    return request === null ? failure(WRONG_LENGTH) : act(request);
  }

  *#writeRegisters(data: Uint8Array): Program<Answer> {
    const writes = WRITE_REG.decode(data);
    if (writes === null) return failure(NOT_ENOUGH_DATA);
    for (const { address, value, mask = 0xffffffff, delayMicroseconds = 0 } of writes) {
      if (delayMicroseconds > 0) yield delayMicroseconds / 1000;
      writeMasked(this.#host, address, value, mask);
    }
    return DONE;
  }

  *#jump(entry: number): Program<number> {
    yield* this.#host.programAt(entry);
    return OK;
  }

  #flashBegin({ sizeBytes, address, encrypted = 0 }: FlashBeginRequest, compressed: boolean): Answer {
    const start = this.#reach(address);
    this.#writer = new FlashWriter({ address: start, sizeBytes, compressed, encrypted: encrypted !== 0 });
    this.#erased = Math.floor(start / SECTOR) * SECTOR;
    this.#eraseEnd = sizeBytes === 0 ? this.#erased : Math.ceil((start + sizeBytes) / SECTOR) * SECTOR;
    // The first erase is started here, the others just ahead of each write (fact sheet 3.5).
    return { status: OK, afterwards: () => this.#eraseUpTo(this.#erased + 1) };
  }

  /** Erases until everything below `address` is, as far as the operation reaches. */
  *#eraseUpTo(address: number): Program<number> {
    while (this.#erased < Math.min(address, this.#eraseEnd)) {
      const step = eraseStep(this.#erased, this.#eraseEnd);
      if (!(yield* eraseUnit(this.#host, this.#erased, step))) return SPI_FAILED;
      this.#erased += step;
    }
    return OK;
  }

  #flashData({ data, checksum }: RequestPacket, compressed: boolean): Answer {
    const request = FLASH_DATA.decode(data);
    if (request === null) return failure(WRONG_LENGTH);
    if (xorChecksum(request.block) !== (checksum & 0xff)) return failure(WRONG_CHECKSUM);
    const writer = this.#writer;
    if (writer === null || writer.compressed !== compressed) return failure(NOT_IN_FLASH_MODE);
    // Sequence numbers are not looked at: a block sent again is decoded again, as the next piece of the stream.
    return { status: OK, afterwards: () => this.#write(writer, request.block) };
  }

  *#write(writer: FlashWriter, block: Uint8Array): Program<number> {
    if (!writer.compressed) return yield* this.#store(writer, block.subarray(0, writer.remaining));
    const output = writer.take(block);
    if (output === "broken") return INFLATE_FAILED;
    if (output.length > writer.remaining) return TOO_MUCH_DATA;
    return yield* this.#store(writer, output);
  }

  *#store(writer: FlashWriter, bytes: Uint8Array): Program<number> {
    for (let done = 0; done < bytes.length; ) {
      const at = writer.address;
      const length = Math.min(bytes.length - done, SECTOR - (at % SECTOR));
      const erased = yield* this.#eraseUpTo(at + length);
      if (erased !== OK) return erased;
      const part = writer.stored(at, bytes.subarray(done, done + length));
      if (!(yield* programRange(this.#host, at, part))) return SPI_FAILED;
      writer.advance(length);
      done += length;
    }
    return OK;
  }

  #flashEnd(stay: number): Answer {
    const writer = this.#writer;
    if (writer === null) return failure(NOT_IN_FLASH_MODE);
    if (writer.remaining > 0) return failure(WRONG_LENGTH);
    this.#writer = null;
    // The current stub ignores the flag (fact sheet 3.5); the ones before it rebooted.
    if (stay !== 0 || this.#stub.generation === "current") return DONE;
    return { status: OK, afterwards: () => this.#restart() };
  }

  *#runUserCode(): Program {
    // A no-op in the current stub (fact sheet 2.5).
    if (this.#stub.generation === "legacy") yield* this.#restart();
  }

  *#restart(): Program<number> {
    yield lineMs(this.#host, 20);
    this.#host.restart("soft");
    yield "reset";
    return OK;
  }

  /** The new divider is worked out from the old one: a wrong idea of the current rate gives a wrong new rate. */
  *#changeBaud(baudRate: number, currentBaudRate: number): Program<number> {
    const host = this.#host;
    yield lineMs(host, 20);
    if (baudRate > 0) {
      host.baudRate = currentBaudRate > 0 ? Math.round((host.baudRate * baudRate) / currentBaudRate) : baudRate;
    }
    return OK;
  }

  *#md5(data: Uint8Array): Program<Answer> {
    const host = this.#host;
    const request = SPI_FLASH_MD5.decode(data);
    if (request === null) return failure(WRONG_LENGTH);
    yield (host.board.timing.md5MsPerMegabyte * request.sizeBytes) / 1e6;
    return { status: OK, data: md5(host.flash.read(this.#reach(request.address), request.sizeBytes)) };
  }

  /** Raw frames, one at a time, each after the last was acknowledged; then the MD5 (fact sheet 3.12). */
  *#sendFlash({ address, sizeBytes, blockSize }: ReadFlashRequest): Program<number> {
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
      if (acknowledgement?.length !== 4) return OK;
    }
    host.send(digest.digest());
    return OK;
  }

  /** Where the stub's SPI commands carry only three address bytes, flash beyond 16 MiB wraps to its start. */
  #reach(address: number): number {
    return this.#host.chip.stubBeyond16MiB ? address : address & ADDRESS_24_BITS;
  }
}
