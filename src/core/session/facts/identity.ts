// Shelf: what a chip says of itself: revision, package, MAC, crystal, security; and its flash supply.
// In: a session whose registers can be read.
// Out: plain facts.

import { type Check, orNull } from "../../check/check.ts";
import { hasParts } from "../../check/shapes.ts";
import { checkObject } from "../../check/values.ts";
import { formatMac } from "../../chip/format-mac.ts";
import type { ChipDescriptor, ChipIdentity, ChipMac } from "../../chip/types.ts";
import type { Emit, IdentityEvent } from "../../events.ts";
import type { LiveSession, Session, UsbMode } from "../session.ts";
import { type RegisterAccess, readRegister, readWords } from "../talk/registers.ts";

export interface IdentityFacts {
  readonly identity: ChipIdentity | null;
  readonly mac: ChipMac | null;
  readonly crystalMhz: number | null;
}

/** Everything a chip tells about itself, each register asked once. */
export async function readIdentity(session: RegisterAccess, chip: ChipDescriptor): Promise<IdentityFacts> {
  const word = await readWords(session, chip.identityRegisters);
  return { identity: chip.identify(word), mac: chip.mac(word), crystalMhz: await readCrystal(session, chip) };
}

async function readCrystal(session: RegisterAccess, chip: ChipDescriptor): Promise<number | null> {
  if (chip.crystal.kind === "fixed") return chip.crystal.mhz;
  if (chip.uart.clockDivider === null) return null;
  const divider = (await readRegister(session, chip.uart.clockDivider)) & chip.uart.clockDividerMask;
  return crystalFromDivider(session.link.baudRate, divider, chip.crystal.divider);
}

/** Nearest crystal in MHz: 26, 40 or 48 (fact sheet 3.9). Pure. */
export function crystalFromDivider(baudRate: number, divider: number, chipDivider: number): number {
  const estimate = (baudRate * divider) / 1e6 / chipDivider;
  if (estimate > 45) return 48;
  return estimate > 33 ? 40 : 26;
}

export interface MacAddresses {
  /** EUI-64 on chips that have one, else the base MAC. Null in Secure Download Mode. */
  readonly mac: string | null;
  readonly baseMac: string | null;
  readonly macExtension: string | null;
}

const checkIdentified: Check<Pick<Session, "mac">> = hasParts<Pick<Session, "mac">>("a session, as connect gives it", {
  mac: orNull(checkObject),
});

/** The chip's addresses as text. Pure; the session has them. */
export function macAddresses(session: Pick<Session, "mac">): MacAddresses {
  return addressesOf(checkIdentified(session, "session"));
}

function addressesOf({ mac }: Pick<Session, "mac">): MacAddresses {
  if (mac === null) return { mac: null, baseMac: null, macExtension: null };
  const { base, extension } = mac;
  if (extension === null) return { mac: formatMac(base), baseMac: null, macExtension: null };
  const eui64 = Uint8Array.of(...base.subarray(0, 3), ...extension, ...base.subarray(3));
  return { mac: formatMac(eui64), baseMac: formatMac(base), macExtension: formatMac(extension) };
}

const USB_MODE_NAMES: Readonly<Record<UsbMode, IdentityEvent["usbMode"]>> = {
  uart: null,
  "serial-jtag": "USB-Serial/JTAG",
  otg: "USB-OTG",
};

export function emitIdentity(session: LiveSession, emit: Emit): void {
  emit({
    type: "connect.identity",
    port: session.link.port.info.path,
    chip: session.chip.id,
    description: session.identity?.description ?? `${session.chip.name} in Secure Download Mode`,
    features: session.identity?.features ?? [],
    crystalMhz: session.crystalMhz,
    usbMode: USB_MODE_NAMES[session.usbMode],
    ...addressesOf(session),
    secureDownload: session.secureDownload,
  });
}
