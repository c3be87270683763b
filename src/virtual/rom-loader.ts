import { md5 } from "../core/bytes/digests.ts";
import { toHex } from "../core/bytes/hex.ts";
import { readU32 } from "../core/bytes/words.ts";
import { xorChecksum } from "../core/wire/checksum.ts";
import type { Command } from "../core/wire/command.ts";
import {
  CHANGE_BAUDRATE,
  type DataRequest,
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
  READ_FLASH_SLOW,
  READ_FLASH_SLOW_LENGTH,
  READ_REG,
  SPI_ATTACH,
  SPI_FLASH_MD5,
  SPI_SET_PARAMS,
  SYNC,
  SYNC_REPLIES,
  WRITE_REG,
} from "../core/wire/commands.ts";
import { decodeRequest, encodeReply, type RequestPacket } from "../core/wire/packet.ts";
import { ROM_UNSUPPORTED_REASON } from "../core/wire/status.ts";
import type { Program } from "./cpu.ts";
import { eraseRange, programRange, readRange } from "./flash-work.ts";
import { FlashWriter } from "./flash-writer.ts";
import { type LoaderHost, lineMs } from "./loader-host.ts";
import { rateTheRomSets } from "./rom-baud.ts";
import { securityInfoOf } from "./security-info.ts";
import { secureBootEnabled } from "./silicon.ts";

/** Reasons of the ROM (fact sheet 3.2). */
const OK = 0x00;
const INVALID_PARAMETER = 0x01;
const FAILED = 0x06;
const WRONG_CHECKSUM = 0x07;
const WRITE_ERROR = 0x08;
const DEFLATE_ERROR = 0x0b;

/** Fact sheet 3.16. */
const SECURE_DOWNLOAD_COMMANDS: ReadonlySet<number> = new Set(
  [SYNC, SPI_ATTACH, SPI_SET_PARAMS, CHANGE_BAUDRATE, FLASH_BEGIN, FLASH_DATA, FLASH_END, GET_SECURITY_INFO].map(
    ({ opcode }: { readonly opcode: number }) => opcode,
  ),
);
/** What the ESP8266 has: all up to READ_REG. */
const FIRST_FLASH_COMMAND = SPI_SET_PARAMS.opcode;

/** Flash size a ROM assumes before SPI_SET_PARAMS (fact sheet 3.16). */
const ASSUMED_FLASH_SIZE = 2 << 20;
/** The ROM sends three address bytes (fact sheet 3.10). */
const ADDRESS_MASK = 0xffffff;
const SECTOR = 0x1000;
/** The largest block that hosts send to a ROM (fact sheet 3.8), with its headers; a longer frame overruns the buffer. */
const FRAME_BUFFER = 8 + 16 + 0x1800;

interface Answer {
  readonly reason: number;
  readonly data?: Uint8Array;
  /** What the loader does once it has answered; a program that never returns ends the loader. */
  readonly afterwards?: () => Program;
}
const DONE: Answer = { reason: OK };
const because = (reason: number): Answer => ({ reason });

/** The loader in the mask ROM, from reset to reset or to the jump into downloaded code. */
export function* romLoader(host: LoaderHost): Program {
  host.running = "rom-loader";
  const rom = new RomLoader(host);
  for (;;) {
    const frame = yield "frame";
    if (frame === undefined || frame.length > FRAME_BUFFER) continue;
    const request = decodeRequest(frame);
    if (request === null || host.board.faults.ignoresCommand(request.opcode)) continue;
    yield host.board.timing.commandMs;
    yield* rom.serve(request);
  }
}

class RomLoader {
  readonly #host: LoaderHost;
  /** The value field of replies is only written by some commands and keeps what it had. */
  #value = 0;
  #lastOpcode = 0;
  #flashSize = ASSUMED_FLASH_SIZE;
  #memory: { address: number; blocks: number } | null = null;
  #writer: FlashWriter | null = null;

  constructor(host: LoaderHost) {
    this.#host = host;
  }

  *serve(request: RequestPacket): Program {
    if (!this.#knows(request.opcode)) {
      this.#refuse();
      return;
    }
    const answer = yield* this.#execute(request);
    if (answer === null) return;
    this.#reply(request.opcode, answer, request.opcode === SYNC.opcode ? SYNC_REPLIES : 1);
    if (answer.afterwards !== undefined) yield* answer.afterwards();
  }

  #knows(opcode: number): boolean {
    const { rom } = this.#host.chip;
    if (this.#host.silicon.secureDownload) return SECURE_DOWNLOAD_COMMANDS.has(opcode);
    if (opcode === GET_SECURITY_INFO.opcode) return rom.hasSecurityInfo;
    if (opcode >= FIRST_FLASH_COMMAND) {
      return rom.hasFlashCommands && opcode <= SPI_FLASH_MD5.opcode && opcode !== 0x0c;
    }
    return opcode >= FLASH_BEGIN.opcode;
  }

  /**
   * Real ROMs send the last reply once more, with its opcode and value and the reason put in, and as often as it was
   * sent before: eight times after SYNC (seen on ESP32).
   */
  #refuse(): void {
    this.#reply(
      this.#lastOpcode,
      because(ROM_UNSUPPORTED_REASON),
      this.#lastOpcode === SYNC.opcode || this.#lastOpcode === 0 ? SYNC_REPLIES : 1,
    );
  }

  #reply(opcode: number, { reason, data = new Uint8Array(0) }: Answer, copies: number): void {
    this.#lastOpcode = opcode;
    const payload = new Uint8Array(data.length + this.#host.chip.rom.statusLength);
    payload.set(data);
    payload[data.length] = reason === OK ? 0 : 1;
    payload[data.length + 1] = reason;
    for (let copy = 0; copy < copies; copy++) {
      this.#host.send(encodeReply({ opcode, value: this.#value, data: payload }));
    }
  }

  /** Null: no answer. */
  *#execute(request: RequestPacket): Program<Answer | null> {
    const { opcode, data } = request;
    switch (opcode) {
      case SYNC.opcode:
        if (SYNC.decode(data) === null) return null;
        this.#value = readU32(data, 0);
        return DONE;
      case READ_REG.opcode:
        return this.#given(READ_REG, data, ({ address }) => {
          this.#value = this.#host.space.readWord(address);
          return DONE;
        });
      case WRITE_REG.opcode:
        return yield* this.#writeRegisters(data);
      case MEM_BEGIN.opcode:
        return this.#given(MEM_BEGIN, data, ({ address, blocks }) => {
          this.#memory = { address, blocks };
          return DONE;
        });
      case MEM_DATA.opcode:
        return this.#block(MEM_DATA, request, ({ block }) => this.#memoryData(block));
      case MEM_END.opcode:
        return this.#given(MEM_END, data, ({ stay, entry }) => this.#memoryEnd(stay, entry));
      case FLASH_BEGIN.opcode:
        return yield* this.#flashBegin(FLASH_BEGIN, data);
      case FLASH_DEFL_BEGIN.opcode:
        return yield* this.#flashBegin(FLASH_DEFL_BEGIN, data);
      case FLASH_DATA.opcode:
        return yield* this.#flashData(FLASH_DATA, request);
      case FLASH_DEFL_DATA.opcode:
        return yield* this.#flashData(FLASH_DEFL_DATA, request);
      case FLASH_END.opcode:
        return this.#given(FLASH_END, data, ({ stay }) => this.#flashEnd(stay));
      case FLASH_DEFL_END.opcode:
        return this.#given(FLASH_DEFL_END, data, ({ stay }) => this.#flashEnd(stay));
      default:
        return yield* this.#laterCommand(opcode, data);
    }
  }

  /** What came after the ESP8266. */
  *#laterCommand(opcode: number, data: Uint8Array): Program<Answer> {
    const host = this.#host;
    switch (opcode) {
      case SPI_ATTACH.opcode:
        // The second word, a legacy flag and padding, is always there (fact sheet 3.4).
        if (data.length !== 8) return because(INVALID_PARAMETER);
        host.pins.connected = readU32(data, 0) === host.silicon.flashPins;
        return DONE;
      case SPI_SET_PARAMS.opcode:
        return this.#given(SPI_SET_PARAMS, data, ({ sizeBytes }) => {
          this.#flashSize = sizeBytes;
          return DONE;
        });
      case READ_FLASH_SLOW.opcode:
        return yield* this.#readFlash(data);
      case CHANGE_BAUDRATE.opcode:
        return this.#given(CHANGE_BAUDRATE, data, ({ baudRate }) => ({
          reason: OK,
          afterwards: () => this.#changeBaud(baudRate),
        }));
      case SPI_FLASH_MD5.opcode:
        return yield* this.#md5(data);
      default:
        return { reason: OK, data: securityInfoOf(host) };
    }
  }

  #given<Request>(command: Command<Request, unknown>, data: Uint8Array, act: (request: Request) => Answer): Answer {
    const request = command.decode(data);
    return request === null ? because(INVALID_PARAMETER) : act(request);
  }

  /** A block with its checksum. */
  #block(
    command: Command<DataRequest, unknown>,
    { data, checksum }: RequestPacket,
    act: (request: DataRequest) => Answer,
  ): Answer {
    return this.#given(command, data, (request) =>
      xorChecksum(request.block) === (checksum & 0xff) ? act(request) : because(WRONG_CHECKSUM),
    );
  }

  *#writeRegisters(data: Uint8Array): Program<Answer> {
    const writes = WRITE_REG.decode(data);
    if (writes === null) return because(INVALID_PARAMETER);
    for (const { address, value, mask = 0xffffffff, delayMicroseconds = 0 } of writes) {
      if (delayMicroseconds > 0) yield delayMicroseconds / 1000;
      writeMasked(this.#host, address, value, mask);
    }
    return DONE;
  }

  #memoryData(block: Uint8Array): Answer {
    if (this.#memory === null || this.#memory.blocks === 0) return because(FAILED);
    this.#host.space.writeBytes(this.#memory.address, block);
    this.#memory.address += block.length;
    this.#memory.blocks--;
    return DONE;
  }

  #memoryEnd(stay: number, entry: number): Answer {
    this.#memory = null;
    if (stay !== 0) return DONE;
    const { chip, silicon } = this.#host;
    // With secure boot these ROMs start no code from RAM (fact sheet 3.8).
    if (chip.stubUnderSecureBoot.kind !== "start" && secureBootEnabled(chip, silicon)) return because(FAILED);
    return { reason: OK, afterwards: () => this.#host.programAt(entry) };
  }

  *#flashBegin(command: Command<FlashBeginRequest, unknown>, data: Uint8Array): Program<Answer> {
    const host = this.#host;
    const { rom } = host.chip;
    const request = command.decode(data);
    const words = rom.hasEncryptedWord ? 20 : 16;
    if (request === null || data.length !== words) return because(INVALID_PARAMETER);
    // The ESP8266 has no SPI_ATTACH: its FLASH_BEGIN does that.
    if (!rom.hasFlashCommands) host.pins.connected = true;
    const { sizeBytes, blocks, blockSize } = request;
    const address = request.address & ADDRESS_MASK;
    if (rom.hasFlashCommands && address + sizeBytes > this.#flashSize) return because(FAILED);
    if (!host.pins.connected && sizeBytes > 0) return because(FAILED);
    const erase = rom.eraseSizeBug ? miscountedErase(address, sizeBytes) : sizeBytes;
    if (!(yield* eraseRange(host, address, erase))) return because(FAILED);
    this.#writer = new FlashWriter({
      address,
      sizeBytes: blocks * blockSize,
      compressed: command.opcode === FLASH_DEFL_BEGIN.opcode,
      encrypted: (request.encrypted ?? 0) !== 0,
    });
    return DONE;
  }

  *#flashData(command: Command<DataRequest, unknown>, request: RequestPacket): Program<Answer> {
    let block: Uint8Array | null = null;
    const answer = this.#block(command, request, (given) => {
      block = given.block;
      return DONE;
    });
    if (block === null) return answer;
    const writer = this.#writer;
    if (writer === null || writer.compressed !== (command.opcode === FLASH_DEFL_DATA.opcode)) return because(FAILED);
    const output = writer.take(block);
    if (output === "broken") return because(DEFLATE_ERROR);
    const address = writer.advance(output.length) & ADDRESS_MASK;
    const written = yield* programRange(this.#host, address, writer.stored(address, output));
    return written ? DONE : because(WRITE_ERROR);
  }

  #flashEnd(stay: number): Answer {
    const host = this.#host;
    this.#writer = null;
    return {
      reason: OK,
      *afterwards() {
        // The reply leaves the chip first.
        yield lineMs(host, 20);
        if (stay === 0) host.restart("soft");
        else host.running = "user-code";
        yield "reset";
      },
    };
  }

  *#readFlash(data: Uint8Array): Program<Answer> {
    const host = this.#host;
    const jump = this.#redirectedFlashRead();
    if (jump !== null) return { reason: OK, afterwards: () => host.programAt(jump) };
    const request = READ_FLASH_SLOW.decode(data);
    if (request === null || request.sizeBytes > READ_FLASH_SLOW_LENGTH) return because(INVALID_PARAMETER);
    const address = request.address & ADDRESS_MASK;
    if (!host.pins.connected || address + request.sizeBytes > this.#flashSize) return because(FAILED);
    return { reason: OK, data: yield* readRange(host, address, READ_FLASH_SLOW_LENGTH) };
  }

  /** The ESP32-S3 reads flash through a pointer in RAM; whoever changes it has the ROM jump (fact sheet 3.8). */
  #redirectedFlashRead(): number | null {
    const { stubUnderSecureBoot } = this.#host.chip;
    if (stubUnderSecureBoot.kind !== "through-flash-read") return null;
    const target = this.#host.space.readWord(stubUnderSecureBoot.pointer);
    return target === ROM_FLASH_READ ? null : target;
  }

  *#md5(data: Uint8Array): Program<Answer> {
    const host = this.#host;
    const request = SPI_FLASH_MD5.decode(data);
    if (request === null) return because(INVALID_PARAMETER);
    const address = request.address & ADDRESS_MASK;
    if (!host.pins.connected || address + request.sizeBytes > this.#flashSize) return because(FAILED);
    yield (host.board.timing.md5MsPerMegabyte * request.sizeBytes) / 1e6;
    const digits = toHex(md5(host.flash.read(address, request.sizeBytes)));
    return { reason: OK, data: Uint8Array.from(digits, (digit) => digit.charCodeAt(0)) };
  }

  *#changeBaud(baudRate: number): Program {
    const host = this.#host;
    yield lineMs(host, 20);
    host.baudRate = rateTheRomSets(host, baudRate);
  }
}

/** What stands in the S3's flash-read pointer after reset: somewhere in its ROM. */
export const ROM_FLASH_READ = 0x40000a5c;

/**
 * Bytes that the ESP8266 ROM erases when told so many: it erases up to the next 64 KB boundary sector by sector and
 * forgets to count these, then erases the full number (fact sheet 3.14, whose correction is the inverse).
 */
export function miscountedErase(address: number, sizeBytes: number): number {
  const sectors = Math.ceil(sizeBytes / SECTOR);
  const head = 16 - (Math.floor(address / SECTOR) % 16);
  return (sectors + Math.min(head, sectors)) * SECTOR;
}

/** Changes the bits of a register that the mask names. */
export function writeMasked({ space }: LoaderHost, address: number, value: number, mask: number): void {
  space.writeWord(address, mask === 0xffffffff ? value : (value & mask) | (space.readWord(address) & ~mask));
}
