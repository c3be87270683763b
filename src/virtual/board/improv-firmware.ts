import { fromUtf8 } from "../../core/bytes/text.ts";
import type { Clock } from "../../core/clock.ts";
import { encodeImprovFrame } from "../../core/improv/encode-frame.ts";
import type { ImprovFrame } from "../../core/improv/improv-frame.ts";
import { type ImprovReader, improvReader } from "../../core/improv/improv-reader.ts";

/** What the firmware of a virtual chip knows of Improv at its start. */
export const IMPROV_STARTS = ["ready", "provisioned"] as const;
export type ImprovStart = (typeof IMPROV_STARTS)[number];

/** Names, strengths and kinds of the networks around it. */
const NETWORKS: readonly (readonly [ssid: string, rssi: string, security: string])[] = [
  ["Home", "-52", "WPA2"],
  ["Café ☕", "-71", "WPA2/WPA3"],
  ["open net", "-80", "NO"],
];
/** What a WPA2 access point takes at least. */
const SHORTEST_PASSWORD = 8;
const JOINING_MS = 1500;
const SCANNING_MS = 800;
const URL = "http://192.168.4.2/";

const STATE = { ready: 2, provisioning: 3, provisioned: 4 } as const;
const ERROR = { none: 0, unknownCommand: 2, cannotConnect: 3, badHostName: 5 } as const;
const COMMAND = { wifi: 1, state: 2, info: 3, scan: 4, hostName: 5, deviceName: 6, network: 7 } as const;
const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/i;

export interface ImprovFirmwareOptions {
  readonly clock: Clock;
  readonly start: ImprovStart;
  /** The chip's name, as firmware writes it. */
  readonly chipName: string;
  readonly send: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/** Firmware that can be given a Wi-Fi over the serial line. What it was given stays over resets, as in NVS. */
export class ImprovFirmware {
  readonly #options: ImprovFirmwareOptions;
  readonly #reader: ImprovReader;
  #state: number;
  #hostName = "virtual-chip";
  #deviceName = "Virtual chip";
  #cancel: () => void = () => {};

  constructor(options: ImprovFirmwareOptions) {
    this.#options = options;
    this.#state = STATE[options.start];
    this.#reader = improvReader(
      { frame: (frame) => this.#answer(frame), text: () => undefined },
      { clock: options.clock },
    );
  }

  receive(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** A reset: what was under way is forgotten. */
  stop(): void {
    this.#cancel();
    if (this.#state === STATE.provisioning) this.#state = STATE.ready;
  }

  #answer(frame: ImprovFrame): void {
    if (frame.type !== "command") return;
    const { command, payload } = frame;
    const text = fromUtf8(payload);
    if (command === COMMAND.wifi) this.#join(payload);
    else if (command === COMMAND.state) this.#tellState();
    else if (command === COMMAND.info)
      this.#result(command, ["Virtual firmware", "1.0.0", this.#options.chipName, this.#deviceName]);
    else if (command === COMMAND.scan) this.#later(SCANNING_MS, () => this.#tellNetworks());
    else if (command === COMMAND.hostName) this.#nameHost(text);
    else if (command === COMMAND.deviceName) this.#nameDevice(text);
    else if (command === COMMAND.network) this.#result(command, this.#isOnline ? ["3", URL] : ["2"]);
    else this.#error(ERROR.unknownCommand);
  }

  /** Nothing asks for the name. */
  #nameHost(text: string): void {
    if (text !== "" && !HOST_NAME.test(text)) {
      this.#error(ERROR.badHostName);
      return;
    }
    if (text !== "") this.#hostName = text;
    this.#result(COMMAND.hostName, [this.#hostName]);
  }

  #nameDevice(text: string): void {
    if (text !== "") this.#deviceName = text;
    this.#result(COMMAND.deviceName, [this.#deviceName]);
  }

  get #isOnline(): boolean {
    return this.#state === STATE.provisioned;
  }

  #tellState(): void {
    this.#send({ type: "state", value: this.#state });
    if (this.#isOnline) this.#result(COMMAND.state, [URL]);
  }

  #tellNetworks(): void {
    for (const network of NETWORKS) this.#result(COMMAND.scan, network);
    this.#result(COMMAND.scan, []);
  }

  /** It joins a network that is there, with a password as long as one has to be. */
  #join(payload: Uint8Array): void {
    const ssidEnd = 1 + (payload[0] ?? 0);
    const ssid = fromUtf8(payload.subarray(1, ssidEnd));
    const passwordBytes = payload[ssidEnd] ?? 0;
    const network = NETWORKS.find(([name]) => name === ssid);
    const isRight = network !== undefined && (network[2] === "NO" || passwordBytes >= SHORTEST_PASSWORD);
    this.#error(ERROR.none);
    this.#setState(STATE.provisioning);
    this.#later(JOINING_MS, () => {
      if (!isRight) this.#error(ERROR.cannotConnect);
      this.#setState(isRight ? STATE.provisioned : STATE.ready);
      if (isRight) this.#result(COMMAND.wifi, [URL]);
    });
  }

  #later(ms: number, callback: () => void): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(ms, callback);
  }

  #setState(value: number): void {
    this.#state = value;
    this.#send({ type: "state", value });
  }

  #error(value: number): void {
    this.#send({ type: "error", value });
  }

  #result(command: number, strings: readonly string[]): void {
    this.#send({ type: "result", command, strings });
  }

  #send(message: Parameters<typeof encodeImprovFrame>[0]): void {
    this.#options.send(encodeImprovFrame(message));
  }
}
