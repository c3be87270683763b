import { toHex } from "../../core/bytes/hex.ts";
import { md5 } from "../../core/bytes/md5.ts";
import type { Command } from "../../core/wire/command.ts";
import {
  type DataRequest,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  type FlashBeginRequest,
  READ_FLASH_SLOW,
  READ_FLASH_SLOW_LENGTH,
  SPI_FLASH_MD5,
} from "../../core/wire/commands.ts";
import type { RequestPacket } from "../../core/wire/packet.ts";
import type { Program } from "../machine/cpu.ts";
import { type LoaderHost, lineMs } from "../machine/loader-host.ts";
import { eraseRange, programRange, readRange } from "./flash-work.ts";
import { FlashWriter } from "./flash-writer.ts";
import { because, blockOf, ROM_DONE, ROM_REASON, type RomAnswer } from "./rom-answer.ts";

/** Flash size a ROM assumes before SPI_SET_PARAMS (fact sheet 3.16). */
const ASSUMED_FLASH_SIZE = 2 << 20;
/** The ROM sends three address bytes (fact sheet 3.10). */
const ADDRESS_MASK = 0xffffff;
const SECTOR = 0x1000;

/** What stands in the S3's flash-read pointer after reset: somewhere in its ROM. */
export const ROM_FLASH_READ = 0x40000a5c;

/** The ROM loader's flash commands: it erases in BEGIN, answers when the work is done, and knows no more than 16 MiB. */
export class RomFlash {
  /** From SPI_SET_PARAMS. Nothing beyond it is touched, except by the ESP8266, which does not know the command. */
  sizeBytes: number = ASSUMED_FLASH_SIZE;
  readonly #host: LoaderHost;
  #writer: FlashWriter | null = null;

  constructor(host: LoaderHost) {
    this.#host = host;
  }

  *begin(command: Command<FlashBeginRequest, unknown>, data: Uint8Array): Program<RomAnswer> {
    const host = this.#host;
    const { rom } = host.chip;
    const request = command.decode(data);
    const words = rom.hasEncryptedWord ? 20 : 16;
    if (request === null || data.length !== words) return because("invalidParameter");
    // The ESP8266 has no SPI_ATTACH: its FLASH_BEGIN does that.
    if (!rom.hasFlashCommands) host.pins.connected = true;
    const { sizeBytes, blocks, blockSize } = request;
    const address = request.address & ADDRESS_MASK;
    if (rom.hasFlashCommands && address + sizeBytes > this.sizeBytes) return because("failed");
    if (!host.pins.connected && sizeBytes > 0) return because("failed");
    const erase = rom.eraseSizeBug ? miscountedErase(address, sizeBytes) : sizeBytes;
    if (!(yield* eraseRange(host, address, erase))) return because("failed");
    this.#writer = new FlashWriter({
      address,
      sizeBytes: blocks * blockSize,
      compressed: command.opcode === FLASH_DEFL_BEGIN.opcode,
      encrypted: (request.encrypted ?? 0) !== 0,
    });
    return ROM_DONE;
  }

  *data(command: Command<DataRequest, unknown>, request: RequestPacket): Program<RomAnswer> {
    const block = blockOf(command, request);
    if (!(block instanceof Uint8Array)) return block;
    const writer = this.#writer;
    if (writer === null || writer.compressed !== (command.opcode === FLASH_DEFL_DATA.opcode)) return because("failed");
    const output = writer.take(block);
    if (output === "broken") return because("deflateError");
    const address = writer.advance(output.length) & ADDRESS_MASK;
    const written = yield* programRange(this.#host, address, writer.stored(address, output));
    return written ? ROM_DONE : because("writeError");
  }

  end(stay: number): RomAnswer {
    const host = this.#host;
    this.#writer = null;
    return {
      reason: ROM_REASON.ok,
      *afterwards() {
        // The reply leaves the chip first.
        yield lineMs(host, 20);
        if (stay === 0) host.restart("soft");
        else host.running = "user-code";
        yield "reset";
      },
    };
  }

  *read(data: Uint8Array): Program<RomAnswer> {
    const host = this.#host;
    const request = READ_FLASH_SLOW.decode(data);
    if (request === null || request.sizeBytes > READ_FLASH_SLOW_LENGTH) return because("invalidParameter");
    const address = request.address & ADDRESS_MASK;
    if (!host.pins.connected || address + request.sizeBytes > this.sizeBytes) return because("failed");
    return { reason: ROM_REASON.ok, data: yield* readRange(host, address, READ_FLASH_SLOW_LENGTH) };
  }

  /** The ESP32-S3 reads flash through a pointer in RAM; whoever changes it has the ROM jump (fact sheet 3.8). */
  redirectedRead(): number | null {
    const { stubUnderSecureBoot } = this.#host.chip;
    if (stubUnderSecureBoot.kind !== "through-flash-read") return null;
    const target = this.#host.space.readWord(stubUnderSecureBoot.pointer);
    return target === ROM_FLASH_READ ? null : target;
  }

  *md5(data: Uint8Array): Program<RomAnswer> {
    const host = this.#host;
    const request = SPI_FLASH_MD5.decode(data);
    if (request === null) return because("invalidParameter");
    const address = request.address & ADDRESS_MASK;
    if (!host.pins.connected || address + request.sizeBytes > this.sizeBytes) return because("failed");
    yield (host.board.timing.md5MsPerMegabyte * request.sizeBytes) / 1e6;
    const digits = toHex(md5(host.flash.read(address, request.sizeBytes)));
    return { reason: ROM_REASON.ok, data: Uint8Array.from(digits, (digit) => digit.charCodeAt(0)) };
  }
}

/**
 * Bytes that the ESP8266 ROM erases when told so many: it erases up to the next 64 KB boundary sector by sector and
 * forgets to count these, then erases the full number (fact sheet 3.14, whose correction is the inverse).
 */
export function miscountedErase(address: number, sizeBytes: number): number {
  const sectors = Math.ceil(sizeBytes / SECTOR);
  const head = 16 - (Math.floor(address / SECTOR) % 16);
  return (sectors + Math.min(head, sectors)) * SECTOR;
}
