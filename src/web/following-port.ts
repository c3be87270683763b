import type { Clock } from "../core/clock.ts";
import { isEspError } from "../core/errors.ts";
import { loadPart } from "../core/load-part.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../core/port/port.ts";
import { closedError } from "../core/port/port-errors.ts";
import { ESPRESSIF_VENDOR_ID } from "../core/port/usb-ids.ts";
import { callSafely } from "../core/shield-listener.ts";
import type { FollowOptions, GrantedDevice } from "./granted-device.ts";

/**
 * A port that stays with its board: when the device is gone and comes back as another one, as chips with USB of their own do
 * after a reset, `open` opens that one, as far as the browser lets the page. How it is found is loaded when it is needed.
 */
export class FollowingPort implements Port {
  readonly clock: Clock;
  readonly #follow: FollowOptions;
  #current: GrantedDevice;
  /** What was there beside it: other boards, which are not to be taken for this one. */
  #others: ReadonlySet<object> = new Set();
  #missingSinceMs: number | null = null;
  /** Counts how often it was opened or closed: who has waited looks whether that was for nothing. */
  #turn = 0;
  #isOpen = false;
  #cancel: (() => void) | null = null;

  /** `beside`: what the page may use when `first` is chosen. */
  constructor(first: GrantedDevice, beside: readonly GrantedDevice[], follow: FollowOptions) {
    this.#current = first;
    this.#others = othersOf(first.device, beside);
    this.#follow = follow;
    this.clock = first.port.clock;
  }

  get info(): PortInfo {
    return this.#current.port.info;
  }

  get capabilities(): PortCapabilities {
    return this.#current.port.capabilities;
  }

  async open(options: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    if (this.#isOpen) return await this.#current.port.open(options, sink);
    const turn = ++this.#turn;
    try {
      await this.#openCurrent(options, sink);
    } catch (error) {
      if (turn !== this.#turn || !isGone(error)) throw error;
      this.#missingSinceMs ??= this.clock.now();
      const found = await this.#find(this.#missingSinceMs, () => turn === this.#turn);
      if (turn !== this.#turn) throw closedError(this.info.path);
      if (found === null) throw error;
      this.#current = found;
      await this.#openCurrent(options, sink);
    }
  }

  async #openCurrent(options: { readonly baudRate: number }, sink: PortSink): Promise<void> {
    const { port, device } = this.#current;
    let isLost = false;
    await port.open(options, {
      data: (bytes) => sink.data(bytes),
      lost: (error) => {
        isLost = true;
        this.#isOpen = false;
        sink.lost(error);
      },
    });
    this.#isOpen = !isLost;
    this.#missingSinceMs = null;
    this.#others = othersOf(device, await this.#follow.granted().catch(() => []));
  }

  async #find(missingSinceMs: number, isWanted: () => boolean): Promise<GrantedDevice | null> {
    const load = (): Promise<typeof import("./find-again.ts")> => import("./find-again.ts");
    const { onAskAgain } = this.#follow;
    const { findAgain } = await loadPart("finding a board again", load);
    return await findAgain({
      known: this.info,
      changesProduct: this.info.usbVendorId === ESPRESSIF_VENDOR_ID,
      others: this.#others,
      missingForMs: this.clock.now() - missingSinceMs,
      clock: this.clock,
      follow: this.#follow,
      ask: onAskAgain === undefined ? null : (again, onFailure) => callSafely(() => onAskAgain(again), onFailure),
      onWait: (cancel) => {
        // Closed while it was looked for: nobody would end the waiting.
        if (isWanted()) this.#cancel = cancel;
        else cancel();
      },
    });
  }

  async close(): Promise<void> {
    this.#turn++;
    this.#isOpen = false;
    this.#cancel?.();
    this.#cancel = null;
    await this.#current.port.close();
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#current.port.write(bytes);
  }

  setBaudRate(baudRate: number): Promise<void> {
    return this.#current.port.setBaudRate(baudRate);
  }

  setLines(lines: { readonly dtr: boolean; readonly rts: boolean }): Promise<void> {
    return this.#current.port.setLines(lines);
  }
}

function othersOf(device: object, granted: readonly GrantedDevice[]): ReadonlySet<object> {
  return new Set(granted.map((one) => one.device).filter((other) => other !== device));
}

/** Of a device that is gone some browsers say only that it cannot be opened. */
function isGone(error: unknown): boolean {
  return isEspError(error, "port.missing") || isEspError(error, "port.busy") || isEspError(error, "port.failed");
}
