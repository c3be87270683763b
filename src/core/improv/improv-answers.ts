import { IMPROV_STATES, type ImprovState } from "./improv-frame.ts";
import { isWebAddress } from "./web-address.ts";

/** What firmware says of itself. Texts of the device: to be shown as text, never as anything else. */
export interface ImprovDeviceInfo {
  /** `ESPHome`, `WLED`; what a manifest calls the firmware. */
  readonly firmware: string;
  readonly version: string;
  /** `ESP32-C3`, as the firmware writes it. */
  readonly chip: string;
  /** What the device is called. */
  readonly name: string;
  readonly system?: string | undefined;
  readonly systemVersion?: string | undefined;
}

export interface ImprovNetwork {
  readonly ssid: string;
  /** Strength of the signal in dBm, where the device tells it. */
  readonly rssiDbm?: number | undefined;
  readonly secured: boolean;
  /** As the device writes it: `NO`, `YES`, or kinds such as `WPA2/WPA3`. */
  readonly security: string;
}

export interface ImprovDeviceState {
  readonly state: ImprovState;
  /** Where the device can be reached, the one to open first; http and https alone. */
  readonly urls: readonly string[];
}

/** How the device is connected; it may be online without having been given a Wi-Fi. */
export interface ImprovConnection {
  readonly online: boolean;
  readonly wifi: boolean;
  readonly ethernet: boolean;
  readonly thread: boolean;
  readonly modem: boolean;
  readonly urls: readonly string[];
}

export function deviceInfoOf([
  firmware,
  version,
  chip,
  name,
  system,
  systemVersion,
]: readonly string[]): ImprovDeviceInfo {
  return {
    firmware: firmware ?? "",
    version: version ?? "",
    chip: chip ?? "",
    name: name ?? "",
    ...(system !== undefined && { system }),
    ...(systemVersion !== undefined && { systemVersion }),
  };
}

const WHOLE_NUMBER = /^-?\d{1,5}$/;

export function networkOf([ssid = "", rssi = "", security = ""]: readonly string[]): ImprovNetwork {
  return {
    ssid,
    ...(WHOLE_NUMBER.test(rssi) && { rssiDbm: Number(rssi) }),
    secured: security !== "NO",
    security,
  };
}

/** The strongest first, each name once. Without a name is what does not want to be found. */
export function sortedNetworks(networks: readonly ImprovNetwork[]): ImprovNetwork[] {
  const strength = ({ rssiDbm }: ImprovNetwork): number => rssiDbm ?? Number.NEGATIVE_INFINITY;
  const byName = new Map<string, ImprovNetwork>();
  for (const network of [...networks].sort((left, right) => order(strength(right), strength(left))))
    if (network.ssid !== "" && !byName.has(network.ssid)) byName.set(network.ssid, network);
  return [...byName.values()];
}

function order(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const FLAGS = { online: 1, wifi: 2, ethernet: 4, thread: 8, modem: 16 } as const;

export function connectionOf([flags = "", ...urls]: readonly string[]): ImprovConnection {
  const bits = WHOLE_NUMBER.test(flags) ? Number(flags) : 0;
  const has = (flag: number): boolean => (bits & flag) !== 0;
  return {
    online: has(FLAGS.online),
    wifi: has(FLAGS.wifi),
    ethernet: has(FLAGS.ethernet),
    thread: has(FLAGS.thread),
    modem: has(FLAGS.modem),
    urls: webAddressesIn(urls),
  };
}

/** A device can name anything as its address; only pages of the web are handed on. */
export function webAddressesIn(strings: readonly string[]): string[] {
  return strings.filter(isWebAddress);
}

export function isProvisioned(value: number): boolean {
  return value === IMPROV_STATES.provisioned;
}
