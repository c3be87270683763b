// Shelf: `ESPLoader` and what it takes and tells.
// In: a `Transport`, options, files.
// Out: a chip that holds what was to be written, with the proof; lines for a terminal.

import { chipById, flashSizeCode } from "../../chips.ts";
import { orNull } from "../../core/check/check.ts";
import { checkAddress, checkSize, checkWord } from "../../core/check/numbers.ts";
import { checkFunction, checkText } from "../../core/check/values.ts";
import { patchHeader } from "../../image.ts";
import {
  digestFlash,
  EspError,
  type EspEvent,
  eraseFlash,
  eraseRegion,
  type FlashIdResult,
  isEspError,
  readFlashId,
  readRegister,
  readSecurityInfo,
  type Session,
  writeFlash,
  writeRegister,
} from "../../index.ts";
import { MissingChipIdError } from "../errors.ts";
import type { ResetConstructors, ResetStrategy } from "../transport/resets.ts";
import { Transport } from "../transport/transport.ts";
import { unsupported } from "../unsupported.ts";
import { checkFlashOptions, checkLoaderOptions } from "./check-options.ts";
import { terminalLines, traceLine, WritingLines } from "./event-lines.ts";
import { FileProgress } from "./file-progress.ts";
import type {
  After,
  Before,
  FlashFreqValues,
  FlashModeValues,
  FlashOptions,
  FlashReadCallback,
  FlashSizeValues,
  LoaderOptions,
} from "./loader-options.ts";
import { LoaderSession, type SessionRequest } from "./loader-session.ts";
import { LoaderTools } from "./loader-tools.ts";
import { readPackets } from "./read-packets.ts";
import { afterChoice, resetChoice } from "./reset-choice.ts";
import { type ROM, romOf } from "./rom.ts";
import { type SecurityInfo, securityInfoOf } from "./security-info.ts";
import { filesToWrite, settingsOf } from "./write-request.ts";

const COMMON_BAUD = 115_200;
const ATTEMPTS = 7;
const STUB_BLOCK_BYTES = 0x4000;
const ALL_BITS = 0xffff_ffff;

/**
 * The class that pages know from esptool-js, over this library: `main` connects, then come the operations, then `after`
 * and `disconnect` of the transport. What is written is proved, and every error is an `EspError`.
 * docs/from-esptool-js.md says of each member what is the same.
 *
 * @example
 * const loader = new ESPLoader({ transport: new Transport(port), baudrate: 921600 });
 * await loader.main();
 * await loader.writeFlash({ fileArray: [{ data, address: 0 }], eraseAll: false, compress: true });
 * await loader.after();
 */
export class ESPLoader extends LoaderTools {
  transport: Transport;
  FLASH_WRITE_SIZE: number = STUB_BLOCK_BYTES;
  readonly #baudrate: number;
  readonly #resets: ResetConstructors;
  readonly #session: LoaderSession;
  #chip: ROM | undefined;
  #secureDownloadMode = false;
  #progress: FileProgress | null = null;
  readonly #writing: WritingLines = new WritingLines();

  constructor(options: LoaderOptions) {
    const given = checkLoaderOptions(options, "options") as LoaderOptions;
    super(given);
    const { transport, port } = given;
    this.transport = transport ?? (port === undefined ? missingTransport() : new Transport(port));
    this.#baudrate = given.baudrate;
    this.#resets = given.resetConstructors ?? {};
    if (given.enableTracing === true) this.transport.tracing = true;
    this.#session = new LoaderSession(this.transport, given, (event) => this.#hear(event));
    this.info(`esptool-ts: serial port ${this.transport.getInfo()}`);
    const { romBaudrate = COMMON_BAUD } = given;
    if (romBaudrate !== COMMON_BAUD)
      this.info(
        `Note: romBaudrate ${romBaudrate} has no effect, chips are spoken to first at ${COMMON_BAUD} or below.`,
      );
  }

  /** As in esptool-js there is none before the loader was connected. */
  get chip(): ROM {
    return this.#chip as ROM;
  }

  get IS_STUB(): boolean {
    return this.#session.isConnected && this.#session.current.loader === "stub";
  }

  get secureDownloadMode(): boolean {
    return this.#secureDownloadMode;
  }

  #hear(event: EspEvent): void {
    if (event.type === "trace") this.transport.trace(traceLine(event));
    this.#progress?.on(event);
    for (const line of [...terminalLines(event), ...this.#writing.of(event)]) this.info(line);
  }

  /** Every public operation: what goes wrong is on the terminal, too. */
  async #doing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isEspError(error)) this.error([error.message, error.hint ?? ""].join(" ").trim());
      throw error;
    }
  }

  async #with<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return await this.#doing(async () => await work(this.#session.current));
  }

  async #begin(request: SessionRequest): Promise<void> {
    await this.#doing(async () => {
      checkText(request.mode, "mode");
      const session = await this.#session.begin(request);
      this.#chip = romOf(session);
      this.#secureDownloadMode = session.secureDownload;
      this.FLASH_WRITE_SIZE = session.loader === "stub" ? STUB_BLOCK_BYTES : this.#chip.FLASH_WRITE_SIZE;
    });
  }

  /** Connects, starts the stub, raises the baud rate; returns what the chip is. */
  async main(mode: Before = "default_reset"): Promise<string> {
    await this.#begin({ mode, attempts: ATTEMPTS, stub: true, baudRate: this.#baudrate });
    return await this.chip.getChipDescription(this);
  }

  /** Connects to the ROM loader alone. The chip is detected whatever `detecting` says. */
  async connect(mode: Before = "default_reset", attempts: number = ATTEMPTS, _detecting = true): Promise<void> {
    await this.#begin({ mode, attempts, stub: false, baudRate: COMMON_BAUD });
  }

  async detectChip(mode: Before = "default_reset", attempts: number = ATTEMPTS): Promise<void> {
    await this.connect(mode, attempts);
  }

  async runStub(): Promise<ROM> {
    if (!this.IS_STUB) await this.#again(true, COMMON_BAUD);
    return this.chip;
  }

  async changeBaud(): Promise<void> {
    await this.#again(this.IS_STUB, this.#baudrate);
  }

  /** The loader that answers now, taken up again in another way. */
  async #again(stub: boolean, baudRate: number): Promise<void> {
    await this.#with(async () => {});
    await this.#begin({ mode: "no_reset", attempts: ATTEMPTS, stub, baudRate });
  }

  constructResetSequence(mode: Before): ResetStrategy[] {
    return resetChoice(this.transport, checkText(mode, "mode") as Before, this.#resets).strategies;
  }

  async readReg(addr: number, _timeout?: number): Promise<number> {
    return await this.#with((session) => readRegister(session, addr));
  }

  async writeReg(addr: number, value: number, mask: number = ALL_BITS, delayUs = 0, delayAfterUs = 0): Promise<void> {
    checkWord(delayAfterUs, "delayAfterUs");
    await this.#with(async (session) => {
      const write = { address: addr, value, mask, delayMicroseconds: delayUs };
      // A write that changes nothing, of a register that nobody minds: only its delay counts.
      const pause = {
        address: chipById(session.chip.id).uart.date,
        value: 0,
        mask: 0,
        delayMicroseconds: delayAfterUs,
      };
      await writeRegister(session, write);
      if (delayAfterUs > 0) await writeRegister(session, pause);
    });
  }

  async getSecurityInfo(_cache = true): Promise<SecurityInfo> {
    return await this.#with(async (session) => securityInfoOf(await readSecurityInfo(session)));
  }

  /** Throws `chip.not-supported` for chips that do not tell (ESP8266, ESP32, ESP32-S2), which is a `MissingChipIdError`. */
  async getChipId(): Promise<number> {
    const { chipId } = await this.getSecurityInfo();
    return chipId ?? (await this.#doing(() => Promise.reject(new MissingChipIdError())));
  }

  async usesUsbOtg(): Promise<boolean> {
    return this.#session.current.usbMode === "otg";
  }

  /** Writes files and proves each. Throws as `writeFlash` of the library, among it `flash.verify-failed` and `image.*`. */
  async writeFlash(options: FlashOptions): Promise<void> {
    checkFlashOptions(options, "options");
    await this.#with(async (session) => {
      const files = filesToWrite(options);
      this.#progress = new FileProgress(files, options.reportProgress ?? (() => {}));
      try {
        await writeFlash(session, files, settingsOf(options));
        this.#progress.end();
      } finally {
        this.#progress = null;
      }
    });
  }

  async readFlash(
    addr: number,
    size: number,
    onPacketReceived: FlashReadCallback = null,
  ): Promise<Uint8Array<ArrayBuffer>> {
    checkAddress(addr, "addr");
    checkSize(size, "size");
    orNull(checkFunction)(onPacketReceived, "onPacketReceived");
    return await this.#with((session) => readPackets(session, { address: addr, sizeBytes: size }, onPacketReceived));
  }

  /** Resolves to 0, as a command that went well. */
  async eraseFlash(): Promise<number> {
    await this.#with((session) => eraseFlash(session));
    return 0;
  }

  /** In multiples of 4096. */
  async eraseRegion(offset: number, size: number): Promise<number> {
    await this.#with((session) => eraseRegion(session, { address: offset, sizeBytes: size }));
    return 0;
  }

  async flashMd5sum(addr: number, size: number): Promise<string> {
    return await this.#with(async (session) => (await digestFlash(session, { address: addr, sizeBytes: size })).md5);
  }

  /** As the flash chip sends it: manufacturer lowest, then type, then capacity. */
  async readFlashId(): Promise<number> {
    const { manufacturer, device } = await this.#flashId();
    return manufacturer | (device & 0xff00) | ((device & 0xff) << 16);
  }

  /** Shows manufacturer, device and size on the terminal. */
  async flashId(): Promise<void> {
    const { manufacturer, device, sizeName } = await this.#flashId();
    this.info(`Manufacturer: ${manufacturer.toString(16)}`);
    this.info(`Device: ${device.toString(16)}`);
    this.info(`Detected flash size: ${sizeName ?? "Unknown"}`);
  }

  async detectFlashSize(): Promise<string | undefined> {
    return (await this.#flashId()).sizeName ?? undefined;
  }

  /** In kilobytes. Not in 0.7; older pages call it. Throws `flash.unknown-size`. */
  async getFlashSize(): Promise<number> {
    const { sizeBytes } = await this.#flashId();
    if (sizeBytes !== null) return sizeBytes / 1024;
    throw new EspError("flash.unknown-size", "The flash chip does not say its size in a way that is known.", {
      hint: "Take the size from the data sheet of the module.",
    });
  }

  async #flashId(): Promise<FlashIdResult> {
    return await this.#with((session) => readFlashId(session));
  }

  parseFlashSizeArg(flsz: FlashSizeValues): number {
    return flashSizeCode(chipById(this.#session.current.chip.id), flsz);
  }

  async _updateImageFlashParams(
    image: Uint8Array,
    address: number,
    mode: FlashModeValues = "keep",
    frequency: FlashFreqValues = "keep",
    size: FlashSizeValues = "keep",
  ): Promise<Uint8Array<ArrayBuffer>> {
    checkAddress(address, "address");
    const request = { data: image, address, name: `0x${address.toString(16)}`, settings: { mode, frequency, size } };
    return patchHeader(chipById(this.#session.current.chip.id), request).data;
  }

  /** The port stays open, and is the page's again. Connect anew before the next operation. */
  async after(mode: After = "hard_reset", usingUsbOtg?: boolean, sequenceString?: string): Promise<void> {
    checkText(mode, "mode");
    if (sequenceString !== undefined) checkText(sequenceString, "sequenceString");
    await this.#doing(async () => {
      const choice = afterChoice(this.transport, this.#resets, {
        mode,
        usingUsbOtg,
        sequence: sequenceString,
        isConnected: this.#session.isConnected,
      });
      if ("mode" in choice) await this.#session.leave(choice.mode);
      else {
        await this.#session.end();
        await choice.strategy.reset();
      }
    });
  }

  /** Not in 0.7; older pages call it. */
  async hardReset(): Promise<void> {
    await this.after("hard_reset");
  }

  async softReset(stayInBootloader: boolean): Promise<void> {
    if (stayInBootloader)
      throw unsupported("ESPLoader.softReset(true)", "Use after('no_reset'), which leaves the chip in its loader.");
    await this.after("soft_reset");
  }
}

function missingTransport(): never {
  throw new EspError("argument.invalid", "An ESPLoader needs a transport.", {
    hint: "Give new ESPLoader({ transport: new Transport(port), baudrate: 115200 }).",
  });
}
