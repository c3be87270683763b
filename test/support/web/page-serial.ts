/**
 * Runs in a page before anything else: virtual chips behind `navigator.serial`, as the browser would give them, and a hold on
 * them for tests. They live in real time, because the page does.
 */
import type { ChipId } from "../../../src/chips.ts";
import type { Port, PortSink } from "../../../src/index.ts";
import { INSTANT_TIMING, type VirtualChip, type VirtualChipOptions, virtualChip } from "../../../src/virtual.ts";
import { VirtualWebSerialPort } from "../port/virtual-web-serial.ts";
import { type StillTime, stillTime } from "./still-time.ts";

/** What the firmware says of itself by Improv, and whether it takes the password. */
interface PageFirmware {
  readonly firmware: string;
  readonly version: string;
}

/** What the list of the browser does next. */
type Choice = "first" | "none" | "denied";

export interface PageSerial {
  /** What stands for `navigator.serial`. */
  readonly api: object;
  chip: VirtualChip;
  device: VirtualWebSerialPort;
  /** What a person does with the list, one entry a time it is shown; the last stays. */
  choices: Choice[];
  asked: number;
  /** Another tab or program has the port. */
  isBusy: boolean;
  /** The browser takes until this settles to open a port; null: no time. */
  opening: Promise<void> | null;
  /** Null: it does not speak Improv. */
  firmware: PageFirmware | null;
  /** Of the page and its chips; looked at whenever the page uses a port. */
  readonly time: StillTime;
  /** All text of the page, of open dialogs as well. */
  text(page: Document): string;
  /** Another chip takes the place of the one before. */
  plug(id: ChipId, options?: VirtualChipOptions): void;
  /** The board goes away and comes back as another device, of which the page has not been given the use. */
  becomeAnother(): void;
  /** Another board is put onto the adapter, whose port stays open, with the flash of the one before. */
  exchange(id: ChipId): Promise<void>;
}

/** Its timers are set before a page in the background, or a test, makes them slow. */
const time = stillTime();

function improvFrame(type: number, ...data: number[]): Uint8Array {
  const head = [...new TextEncoder().encode("IMPROV"), 1, type, data.length, ...data];
  return Uint8Array.of(...head, head.reduce((sum, byte) => sum + byte, 0) & 0xff, 0x0a);
}

function improvResult(command: number, ...texts: string[]): Uint8Array {
  const strings = texts.flatMap((text) => [text.length, ...new TextEncoder().encode(text)]);
  return improvFrame(4, command, strings.length, ...strings);
}

/** What the firmware answers; the password is `secret`. */
function improvAnswers(frame: Uint8Array, { firmware, version }: PageFirmware): Uint8Array[] {
  const command = frame[9];
  const ready = improvFrame(1, 2);
  if (command === 2) return [ready];
  if (command === 3) return [improvResult(3, firmware, version, "ESP32-C3", "Lamp 1")];
  if (command === 4)
    return [improvResult(4, "Home", "-50", "WPA2"), improvResult(4, "Cafe", "-80", "NO"), improvResult(4)];
  const isRight = new TextDecoder().decode(frame).includes("secret");
  if (isRight) return [improvFrame(1, 3), improvFrame(1, 4), improvResult(1, "http://lamp.local/")];
  return [improvFrame(1, 3), improvFrame(2, 3), ready];
}

/** Another chip at the port that was made last. */
let exchange: (next: Port) => Promise<void>;

/** A port of a chip whose firmware speaks Improv while it runs. */
function speaking(first: Port): Port {
  let port = first;
  let sink: PortSink | null = null;
  let opened: Parameters<Port["open"]> | null = null;
  exchange = async (next) => {
    const before = port;
    if (opened !== null) await next.open(...opened);
    port = next;
    await before.close();
  };
  return {
    info: port.info,
    capabilities: port.capabilities,
    clock: port.clock,
    open: (options, to) => {
      sink = to;
      opened = [options, to];
      return port.open(options, to);
    },
    close: () => port.close(),
    write: async (bytes) => {
      time.look();
      const isImprov = new TextDecoder("latin1").decode(bytes).startsWith("IMPROV");
      if (!isImprov) return await port.write(bytes);
      for (const answer of control.firmware === null ? [] : improvAnswers(bytes, control.firmware)) sink?.data(answer);
    },
    setBaudRate: (rate) => port.setBaudRate(rate),
    setLines: (lines) => {
      time.look();
      return port.setLines(lines);
    },
  };
}

class PagePort extends VirtualWebSerialPort {
  override async open(options: { readonly baudRate: number; readonly bufferSize?: number }): Promise<void> {
    await control.opening;
    // What went away never comes back as the same object.
    if (control.isBusy || this !== control.device)
      throw new DOMException("Failed to open serial port.", "NetworkError");
    await super.open(options);
  }
}

const control: PageSerial = {
  get api() {
    return serial;
  },
  choices: ["first"],
  asked: 0,
  isBusy: false,
  opening: null,
  firmware: null,
  time,
  text: (page) => `${page.body.textContent} ${page.querySelector("esp-install-dialog")?.shadowRoot?.textContent}`,
  plug(id, options = {}) {
    control.chip = virtualChip(id, { timing: INSTANT_TIMING, clock: time.clock, ...options });
    control.device = new PagePort({ port: speaking(control.chip.port) });
  },
  becomeAnother() {
    control.chip.unplug();
    control.chip.replug();
    isGranted = false;
    control.device = new PagePort({ port: speaking(control.chip.port) });
  },
  async exchange(id) {
    const next = virtualChip(id, { timing: INSTANT_TIMING, clock: time.clock, boot: "download" });
    next.flash.place(0, control.chip.flash.read(0, 0x40_0000));
    await exchange(next.port);
    control.chip = next;
  },
} as PageSerial;
let isGranted = true;

const serial = {
  async requestPort(): Promise<VirtualWebSerialPort> {
    control.asked++;
    const choice = control.choices.length > 1 ? control.choices.shift() : control.choices[0];
    if (choice === "none") throw new DOMException("No port selected by the user.", "NotFoundError");
    if (choice === "denied") throw new DOMException("Access to the feature is disallowed.", "SecurityError");
    isGranted = true;
    return control.device;
  },
  getPorts: async (): Promise<VirtualWebSerialPort[]> => (isGranted ? [control.device] : []),
  addEventListener() {},
  removeEventListener() {},
};

/** A page that was opened by one with chips has that one's: so a board outlives a page. */
const kept = (globalThis.opener as { readonly pageSerial?: PageSerial } | null)?.pageSerial;
if (kept === undefined) control.plug("esp32c3", { appText: "I (31) app: lamp 2.0\r\n", appEveryMs: 200 });
else {
  const leave = kept.time.takeAlong(time);
  addEventListener("pagehide", () => {
    leave();
    void kept.device.abandon();
  });
}
Object.defineProperty(navigator, "serial", { value: kept?.api ?? serial, configurable: true });
(globalThis as unknown as { pageSerial: PageSerial }).pageSerial = kept ?? control;
