/** Prolific's chips, told apart by what a device says of itself. Source: the Linux driver pl2303 (fact sheet web-and-webusb 8). */
export type Pl2303Type = "H" | "HX" | "HXD" | "TA" | "TB" | "G";

export interface Pl2303Facts {
  readonly deviceClass: number;
  readonly usbVersionMajor: number;
  /** As the standard writes it, 0x0300. */
  readonly version: number;
  /** The packet size of the endpoint for requests; undefined where the device did not say. */
  readonly controlPacketSize: number | undefined;
  /** Whether it answers when one of the older registers is read; asked where that decides. */
  readonly hasOldRegisters: boolean;
}

const COMMUNICATIONS_CLASS = 2;
/** Of USB 2.0 devices the ones that a register tells apart from the newest family. */
const SHARED_VERSIONS: Readonly<Record<number, Pl2303Type>> = { 768: "TA", 1280: "TB" };
const HXD_VERSION = 0x0400;

export function isShared({ usbVersionMajor, version }: Pick<Pl2303Facts, "usbVersionMajor" | "version">): boolean {
  return usbVersionMajor >= 2 && SHARED_VERSIONS[version] !== undefined;
}

/** Pure. What is not known is of the newest family where it speaks USB 2.0, else an HX. */
export function pl2303Type(facts: Pl2303Facts): Pl2303Type {
  const { deviceClass, controlPacketSize, usbVersionMajor, version, hasOldRegisters } = facts;
  if (deviceClass === COMMUNICATIONS_CLASS || (controlPacketSize !== undefined && controlPacketSize !== 64)) return "H";
  if (usbVersionMajor < 2) return version === HXD_VERSION ? "HXD" : "HX";
  return hasOldRegisters ? (SHARED_VERSIONS[version] ?? "G") : "G";
}

export const HIGHEST_RATES: Readonly<Record<Pl2303Type, number>> = {
  H: 1_228_800,
  HX: 6_000_000,
  HXD: 12_000_000,
  TA: 6_000_000,
  TB: 12_000_000,
  G: 12_000_000,
};
