// Shelf: the flasher stub as it behaves on the line, with its quirks; which stubs and plugins are known.
// In: frames, as far as its buffers took them.
// Out: answers, and changes to RAM, flash and registers.

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
  GET_SECURITY_INFO,
  MEM_BEGIN,
  MEM_DATA,
  MEM_END,
  READ_FLASH,
  READ_REG,
  RUN_USER_CODE,
  SPI_ATTACH,
  SPI_FLASH_MD5,
  SPI_SET_PARAMS,
  STUB_GREETING,
  SYNC,
  SYNC_REPLIES,
  WRITE_REG,
} from "../../core/wire/commands.ts";
import { decodeRequest, encodeReply, type RequestPacket } from "../../core/wire/packet.ts";
import { securityInfoOf } from "../loader/security-info.ts";
import type { Program } from "../machine/cpu.ts";
import { type LoaderHost, lineMs, writeMasked } from "../machine/loader-host.ts";
import { defaultFlashPins } from "../silicon/flash-pins.ts";
import { STUB_DONE, STUB_STATUS, type StubAnswer, stubFailure, stubGiven } from "./stub-answer.ts";
import { StubFlash } from "./stub-flash.ts";
import { nextFrame } from "./stub-frames.ts";
import { StubNand } from "./stub-nand.ts";
import { FIRST_PLUGIN_OPCODE, findPluginCommand, PLUGIN_ENTRIES, type PluginCommand } from "./stub-plugins.ts";
import type { KnownStub } from "./stub-table.ts";

/** The flasher stub, from its first instruction to the next reset. */
export function* stubLoader(host: LoaderHost, stub: KnownStub): Program {
  host.running = "stub";
  host.buffers.reset();
  // The stub sets the usual flash pins up by itself.
  host.pins.connected = defaultFlashPins(host.chip, host.silicon) === host.silicon.flashPins;
  yield host.board.timing.stubStartMs;
  host.send(STUB_GREETING);
  const loader = new StubLoader(host, stub);
  try {
    for (;;) {
      yield* loader.serve(yield* nextFrame(host));
      host.buffers.release();
    }
  } finally {
    loader.halt();
  }
}

class StubLoader {
  readonly #host: LoaderHost;
  readonly #stub: KnownStub;
  readonly #flash: StubFlash;
  readonly #nand: StubNand;
  /** What was found for each command, because looking means hashing. */
  readonly #plugins = new Map<number, PluginCommand>();
  #memoryAddress = 0;
  #deferredStatus: number = STUB_STATUS.ok;

  constructor(host: LoaderHost, stub: KnownStub) {
    this.#host = host;
    this.#stub = stub;
    this.#flash = new StubFlash(host);
    this.#nand = new StubNand(host);
  }

  /** Cut off by a reset. */
  halt(): void {
    this.#flash.halt();
  }

  *serve(frame: Uint8Array<ArrayBuffer>): Program {
    const request = decodeRequest(frame);
    const opcode = frame[1] ?? 0;
    if (this.#host.board.faults.ignoresCommand(opcode)) return;
    yield this.#host.board.timing.commandMs;
    if (request === null) {
      // The direction is looked at first, then the length; what is no request of its length is told so.
      this.#reply(opcode, stubFailure(frame[0] === 0 ? "wrongLength" : "invalidCommand"));
      return;
    }
    if (this.#deferredStatus !== STUB_STATUS.ok) {
      const status = this.#deferredStatus;
      this.#deferredStatus = STUB_STATUS.ok;
      this.#reply(opcode, { status });
      return;
    }
    if (opcode === RUN_USER_CODE.opcode) {
      yield* this.#runUserCode();
      return;
    }
    const answer = yield* this.#execute(request);
    const copies = opcode === SYNC.opcode && answer.status === STUB_STATUS.ok ? SYNC_REPLIES : 1;
    for (let copy = 0; copy < copies; copy++) this.#reply(opcode, answer);
    if (answer.afterwards !== undefined) this.#deferredStatus = yield* answer.afterwards();
  }

  #reply(opcode: number, { status, value = 0, data = new Uint8Array(0) }: StubAnswer): void {
    const payload = new Uint8Array(data.length + 2);
    payload.set(data);
    payload[data.length] = status >>> 8;
    payload[data.length + 1] = status;
    this.#host.send(encodeReply({ opcode, value, data: payload }));
  }

  *#execute(request: RequestPacket): Program<StubAnswer> {
    const { opcode, data } = request;
    switch (opcode) {
      case SYNC.opcode:
        return data.length === 36 ? STUB_DONE : stubFailure("wrongLength");
      case READ_REG.opcode:
        return stubGiven(READ_REG, data, ({ address }) => ({
          status: STUB_STATUS.ok,
          value: this.#host.space.readWord(address),
        }));
      case WRITE_REG.opcode:
        return yield* this.#writeRegisters(data);
      case MEM_BEGIN.opcode:
        return stubGiven(MEM_BEGIN, data, ({ address }) => {
          this.#memoryAddress = address;
          return STUB_DONE;
        });
      case MEM_DATA.opcode:
        // The checksum of these blocks is not looked at (fact sheet 3.5).
        return stubGiven(MEM_DATA, data, ({ block }) => {
          this.#host.space.writeBytes(this.#memoryAddress, block);
          this.#memoryAddress += block.length;
          return STUB_DONE;
        });
      case MEM_END.opcode:
        return stubGiven(MEM_END, data, ({ stay, entry }) =>
          stay !== 0 || entry === 0 ? STUB_DONE : { status: STUB_STATUS.ok, afterwards: () => this.#jump(entry) },
        );
      case FLASH_BEGIN.opcode:
        return yield* this.#flash.begin(FLASH_BEGIN, data);
      case FLASH_DEFL_BEGIN.opcode:
        return yield* this.#flash.begin(FLASH_DEFL_BEGIN, data);
      case FLASH_DATA.opcode:
        return this.#flash.data(request, false);
      case FLASH_DEFL_DATA.opcode:
        return this.#flash.data(request, true);
      case FLASH_END.opcode:
        return stubGiven(FLASH_END, data, ({ stay }) => this.#end(stay));
      case FLASH_DEFL_END.opcode:
        return stubGiven(FLASH_DEFL_END, data, ({ stay }) => this.#end(stay));
      default:
        return isPluginOpcode(opcode) ? yield* this.#pluginCommand(request) : yield* this.#flashCommand(opcode, data);
    }
  }

  *#flashCommand(opcode: number, data: Uint8Array): Program<StubAnswer> {
    const host = this.#host;
    switch (opcode) {
      case SPI_ATTACH.opcode:
        if (data.length !== 4) return stubFailure("wrongLength");
        return stubGiven(SPI_ATTACH, data, ({ pins }) => {
          host.pins.connected = pins === host.silicon.flashPins;
          return STUB_DONE;
        });
      case SPI_SET_PARAMS.opcode:
        return stubGiven(SPI_SET_PARAMS, data, () => STUB_DONE);
      case CHANGE_BAUDRATE.opcode:
        return stubGiven(CHANGE_BAUDRATE, data, ({ baudRate, currentBaudRate }) => ({
          status: STUB_STATUS.ok,
          afterwards: () => this.#changeBaud(baudRate, currentBaudRate),
        }));
      case SPI_FLASH_MD5.opcode:
        return yield* this.#flash.md5(data);
      case GET_SECURITY_INFO.opcode:
        if (!host.chip.rom.hasSecurityInfo) return stubFailure("notImplemented");
        if (data.length !== 0) return stubFailure("wrongLength");
        return { status: STUB_STATUS.ok, data: securityInfoOf(host) };
      case ERASE_FLASH.opcode:
        if (data.length !== 0) return stubFailure("wrongLength");
        return yield* this.#flash.eraseChip();
      case ERASE_REGION.opcode:
        return yield* this.#flash.eraseRegion(data);
      case READ_FLASH.opcode:
        return this.#flash.read(data);
      default:
        return { status: this.#unknownStatus(opcode) };
    }
  }

  *#pluginCommand(request: RequestPacket): Program<StubAnswer> {
    const { opcode } = request;
    const command = this.#plugins.get(opcode) ?? findPluginCommand(this.#host.space, this.#stub, opcode);
    this.#plugins.set(opcode, command);
    if (command.handler === "known") return yield* this.#nand.serve(request);
    if (command.handler === "unknown") yield* this.#host.programAt(command.address);
    return { status: this.#unknownStatus(opcode) };
  }

  /** The old stubs know one answer to what they do not know; the current one tells plugins that are not loaded apart. */
  #unknownStatus(opcode: number): number {
    return isPluginOpcode(opcode) || this.#stub.generation === "legacy"
      ? STUB_STATUS.notImplemented
      : STUB_STATUS.invalidCommand;
  }

  *#writeRegisters(data: Uint8Array): Program<StubAnswer> {
    const writes = WRITE_REG.decode(data);
    if (writes === null) return stubFailure("notEnoughData");
    for (const { address, value, mask = 0xffffffff, delayMicroseconds = 0 } of writes) {
      if (delayMicroseconds > 0) yield delayMicroseconds / 1000;
      writeMasked(this.#host, address, value, mask);
    }
    return STUB_DONE;
  }

  *#jump(entry: number): Program<number> {
    yield* this.#host.programAt(entry);
    return STUB_STATUS.ok;
  }

  #end(stay: number): StubAnswer {
    const answer = this.#flash.end();
    // The current stub ignores the flag (fact sheet 3.5); the ones before it rebooted.
    if (answer.status !== STUB_STATUS.ok || stay !== 0 || this.#stub.generation === "current") return answer;
    return { status: STUB_STATUS.ok, afterwards: () => this.#restart() };
  }

  *#runUserCode(): Program {
    // A no-op in the current stub (fact sheet 2.5).
    if (this.#stub.generation === "legacy") yield* this.#restart();
  }

  *#restart(): Program<number> {
    yield lineMs(this.#host, 20);
    this.#host.restart("soft");
    yield "reset";
    return STUB_STATUS.ok;
  }

  /** The new divider is worked out from the old one: a wrong idea of the current rate gives a wrong new rate. */
  *#changeBaud(baudRate: number, currentBaudRate: number): Program<number> {
    const host = this.#host;
    yield lineMs(host, 20);
    if (baudRate > 0) {
      host.baudRate = currentBaudRate > 0 ? Math.round((host.baudRate * baudRate) / currentBaudRate) : baudRate;
    }
    return STUB_STATUS.ok;
  }
}

function isPluginOpcode(opcode: number): boolean {
  return opcode >= FIRST_PLUGIN_OPCODE && opcode < FIRST_PLUGIN_OPCODE + PLUGIN_ENTRIES;
}
