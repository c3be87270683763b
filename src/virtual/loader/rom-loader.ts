// Shelf: the ROM loader as it behaves on the line, with its quirks, and the flash work that the stub shares with it.
// In: packets.
// Out: answers, and changes to RAM, flash and registers.

import { readU32 } from "../../core/bytes/words.ts";
import {
  CHANGE_BAUDRATE,
  FLASH_BEGIN,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  FLASH_DEFL_END,
  FLASH_END,
  GET_SECURITY_INFO,
  MEM_BEGIN,
  MEM_DATA,
  MEM_END,
  READ_FLASH_SLOW,
  READ_REG,
  SPI_ATTACH,
  SPI_FLASH_MD5,
  SPI_SET_PARAMS,
  SYNC,
  SYNC_REPLIES,
  WRITE_REG,
} from "../../core/wire/commands.ts";
import { decodeRequest, encodeReply, type RequestPacket } from "../../core/wire/packet.ts";
import { ROM_UNSUPPORTED_REASON } from "../../core/wire/status.ts";
import type { Program } from "../machine/cpu.ts";
import { type LoaderHost, lineMs, writeMasked } from "../machine/loader-host.ts";
import { secureBootEnabled } from "../silicon/silicon.ts";
import { because, blockOf, given, ROM_DONE, ROM_REASON, type RomAnswer } from "./rom-answer.ts";
import { rateTheRomSets } from "./rom-baud.ts";
import { RomFlash } from "./rom-flash.ts";
import { securityInfoOf } from "./security-info.ts";

/** Fact sheet 3.16. */
const SECURE_DOWNLOAD_COMMANDS: ReadonlySet<number> = new Set(
  [SYNC, SPI_ATTACH, SPI_SET_PARAMS, CHANGE_BAUDRATE, FLASH_BEGIN, FLASH_DATA, FLASH_END, GET_SECURITY_INFO].map(
    ({ opcode }: { readonly opcode: number }) => opcode,
  ),
);
/** What the ESP8266 has: all up to READ_REG. */
const FIRST_FLASH_COMMAND = SPI_SET_PARAMS.opcode;

/** The largest block that hosts send to a ROM (fact sheet 3.8), with its headers; a longer frame overruns the buffer. */
const FRAME_BUFFER = 8 + 16 + 0x1800;

/** The loader in the mask ROM, from reset to reset or to the jump into downloaded code. */
export function* romLoader(host: LoaderHost): Program {
  host.running = "rom-loader";
  const rom = new RomLoader(host);
  const wasSecure = host.secureDownload;
  for (;;) {
    const frame = yield "frame";
    if (frame === undefined || frame.length > FRAME_BUFFER) continue;
    const request = decodeRequest(frame);
    if (request === null || host.board.faults.ignoresCommand(request.opcode)) continue;
    yield host.board.timing.commandMs;
    yield* rom.serve(request);
    // All ROMs but the oldest look at the eFuses after each command, and the host that burned them loses the connection
    // (fact sheet efuse-secure A10). Secure Download Mode is there after the next reset.
    const isForbidden = host.downloadDisabled || (host.secureDownload && !wasSecure);
    if (isForbidden && host.chip.rom.hasSecureDownloadMode) {
      host.running = "nothing";
      yield "reset";
    }
  }
}

class RomLoader {
  readonly #host: LoaderHost;
  readonly #flash: RomFlash;
  /** The value field of replies is only written by some commands and keeps what it had. */
  #value = 0;
  #lastOpcode = 0;
  #memory: { address: number; blocks: number } | null = null;

  constructor(host: LoaderHost) {
    this.#host = host;
    this.#flash = new RomFlash(host);
  }

  *serve(request: RequestPacket): Program {
    if (!this.#knows(request.opcode)) {
      this.#refuse();
      return;
    }
    const target = request.opcode === READ_FLASH_SLOW.opcode ? this.#flash.redirectedRead() : null;
    if (target !== null) yield* this.#host.programAt(target);
    const answer = yield* this.#execute(request);
    if (answer === null) return;
    this.#reply(request.opcode, answer, request.opcode === SYNC.opcode ? SYNC_REPLIES : 1);
    if (answer.afterwards !== undefined) yield* answer.afterwards();
  }

  #knows(opcode: number): boolean {
    const { rom } = this.#host.chip;
    if (this.#host.secureDownload) return SECURE_DOWNLOAD_COMMANDS.has(opcode);
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
      { reason: ROM_UNSUPPORTED_REASON },
      this.#lastOpcode === SYNC.opcode || this.#lastOpcode === 0 ? SYNC_REPLIES : 1,
    );
  }

  #reply(opcode: number, { reason, data = new Uint8Array(0) }: RomAnswer, copies: number): void {
    this.#lastOpcode = opcode;
    const payload = new Uint8Array(data.length + this.#host.chip.rom.statusLength);
    payload.set(data);
    payload[data.length] = reason === ROM_REASON.ok ? 0 : 1;
    payload[data.length + 1] = reason;
    for (let copy = 0; copy < copies; copy++) {
      this.#host.send(encodeReply({ opcode, value: this.#value, data: payload }));
    }
  }

  /** Null: no answer. */
  *#execute(request: RequestPacket): Program<RomAnswer | null> {
    const { opcode, data } = request;
    switch (opcode) {
      case SYNC.opcode:
        if (SYNC.decode(data) === null) return null;
        this.#value = readU32(data, 0);
        return ROM_DONE;
      case READ_REG.opcode:
        return given(READ_REG, data, ({ address }) => {
          this.#value = this.#host.space.readWord(address);
          return ROM_DONE;
        });
      case WRITE_REG.opcode:
        return yield* this.#writeRegisters(data);
      case MEM_BEGIN.opcode:
        return given(MEM_BEGIN, data, ({ address, blocks }) => {
          this.#memory = { address, blocks };
          return ROM_DONE;
        });
      case MEM_DATA.opcode:
        return this.#memoryData(blockOf(MEM_DATA, request));
      case MEM_END.opcode:
        return given(MEM_END, data, ({ stay, entry }) => this.#memoryEnd(stay, entry));
      case FLASH_BEGIN.opcode:
        return yield* this.#flash.begin(FLASH_BEGIN, data);
      case FLASH_DEFL_BEGIN.opcode:
        return yield* this.#flash.begin(FLASH_DEFL_BEGIN, data);
      case FLASH_DATA.opcode:
        return yield* this.#flash.data(FLASH_DATA, request);
      case FLASH_DEFL_DATA.opcode:
        return yield* this.#flash.data(FLASH_DEFL_DATA, request);
      case FLASH_END.opcode:
        return given(FLASH_END, data, ({ stay }) => this.#flash.end(stay));
      case FLASH_DEFL_END.opcode:
        return given(FLASH_DEFL_END, data, ({ stay }) => this.#flash.end(stay));
      default:
        return yield* this.#laterCommand(opcode, data);
    }
  }

  /** What came after the ESP8266. */
  *#laterCommand(opcode: number, data: Uint8Array): Program<RomAnswer> {
    const host = this.#host;
    switch (opcode) {
      case SPI_ATTACH.opcode:
        // The second word, a legacy flag and padding, is always there (fact sheet 3.4).
        if (data.length !== 8) return because("invalidParameter");
        host.pins.connected = readU32(data, 0) === host.silicon.flashPins;
        return ROM_DONE;
      case SPI_SET_PARAMS.opcode:
        return given(SPI_SET_PARAMS, data, ({ sizeBytes }) => {
          this.#flash.sizeBytes = sizeBytes;
          return ROM_DONE;
        });
      case READ_FLASH_SLOW.opcode:
        return yield* this.#flash.read(data);
      case CHANGE_BAUDRATE.opcode:
        return given(CHANGE_BAUDRATE, data, ({ baudRate }) => ({
          reason: ROM_REASON.ok,
          afterwards: () => this.#changeBaud(baudRate),
        }));
      case SPI_FLASH_MD5.opcode:
        return yield* this.#flash.md5(data);
      default:
        return { reason: ROM_REASON.ok, data: securityInfoOf(host) };
    }
  }

  *#writeRegisters(data: Uint8Array): Program<RomAnswer> {
    const writes = WRITE_REG.decode(data);
    if (writes === null) return because("invalidParameter");
    for (const { address, value, mask = 0xffffffff, delayMicroseconds = 0 } of writes) {
      if (delayMicroseconds > 0) yield delayMicroseconds / 1000;
      writeMasked(this.#host, address, value, mask);
    }
    return ROM_DONE;
  }

  #memoryData(block: Uint8Array | RomAnswer): RomAnswer {
    if (!(block instanceof Uint8Array)) return block;
    if (this.#memory === null || this.#memory.blocks === 0) return because("failed");
    this.#host.space.writeBytes(this.#memory.address, block);
    this.#memory.address += block.length;
    this.#memory.blocks--;
    return ROM_DONE;
  }

  #memoryEnd(stay: number, entry: number): RomAnswer {
    this.#memory = null;
    if (stay !== 0) return ROM_DONE;
    const { chip, space } = this.#host;
    // With secure boot these ROMs start no code from RAM (fact sheet 3.8).
    if (chip.stubUnderSecureBoot.kind !== "start" && secureBootEnabled(chip, (register) => space.readWord(register)))
      return because("failed");
    return { reason: ROM_REASON.ok, afterwards: () => this.#host.programAt(entry) };
  }

  *#changeBaud(baudRate: number): Program {
    const host = this.#host;
    yield lineMs(host, 20);
    host.baudRate = rateTheRomSets(host, baudRate);
  }
}
