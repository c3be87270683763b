import { flashSizeBytes } from "../../chips.ts";
import { checkBytes } from "../../core/check/bytes.ts";
import { checkFinite } from "../../core/check/numbers.ts";
import { checkText, listOf } from "../../core/check/values.ts";
import { isEspError } from "../../index.ts";
import { littleEndian } from "../bytes.ts";
import { joined } from "../transport/raw-input.ts";
import type { FlashSizeValues, IEspLoaderTerminal, LoaderOptions } from "./loader-options.ts";
import { LowLevelLoader } from "./low-level-loader.ts";

/** What a loader can without a chip: lines for its terminal, and the little conversions that esptool-js has public. */
export class LoaderTools extends LowLevelLoader {
  readonly #terminal: IEspLoaderTerminal | undefined;
  readonly #debugLogging: boolean;

  constructor({ terminal, debugLogging = false }: Pick<LoaderOptions, "terminal" | "debugLogging">) {
    super();
    this.#terminal = terminal;
    this.#debugLogging = debugLogging;
    terminal?.clean();
  }

  write(str: string, withNewline = true): void {
    if (withNewline) this.#terminal?.writeLine(str);
    else this.#terminal?.write(str);
  }

  error(str: string, withNewline = true): void {
    this.write(`Error: ${checkText(str, "str")}`, withNewline);
  }

  info(str: string, withNewline = true): void {
    this.write(str, withNewline);
  }

  debug(str: string, withNewline = true): void {
    const text = checkText(str, "str");
    if (this.#debugLogging) this.write(`Debug: ${text}`, withNewline);
  }

  _shortToBytearray(i: number): Uint8Array<ArrayBuffer> {
    return littleEndian(checkFinite(i, "i"), 2);
  }

  _intToByteArray(i: number): Uint8Array<ArrayBuffer> {
    return littleEndian(checkFinite(i, "i"), 4);
  }

  _byteArrayToInt(i: number, j: number, k: number, l: number): number {
    const [first, second, third, fourth] = listOf(checkFinite)([i, j, k, l], "bytes") as [
      number,
      number,
      number,
      number,
    ];
    return first | (second << 8) | (third << 16) | (fourth << 24);
  }

  _appendArray(arr1: Uint8Array, arr2: Uint8Array): Uint8Array<ArrayBuffer> {
    return joined(checkBytes(arr1, "arr1"), checkBytes(arr2, "arr2"));
  }

  /** Exclusive or of all bytes, from `state` on. */
  checksum(data: Uint8Array, state: number = this.ESP_CHECKSUM_MAGIC): number {
    return checkBytes(data, "data").reduce((sum, byte) => sum ^ byte, checkFinite(state, "state"));
  }

  toHex(buffer: number | Uint8Array): string {
    if (typeof buffer === "number") return buffer.toString(16);
    return Array.from(checkBytes(buffer, "buffer"), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  timeoutPerMb(secondsPerMb: number, sizeBytes: number): number {
    const seconds = checkFinite(secondsPerMb, "secondsPerMb") * checkFinite(sizeBytes, "sizeBytes");
    return Math.max(this.DEFAULT_TIMEOUT, seconds / 1e6);
  }

  /** -1 for what is no size: `keep`, `detect`. */
  flashSizeBytes(flashSize: FlashSizeValues): number {
    try {
      return flashSizeBytes(flashSize);
    } catch (error) {
      if (isEspError(error, "flash.unknown-size") || isEspError(error, "flash.unsupported-size")) return -1;
      throw error;
    }
  }
}
