import { cdcDriver } from "./drivers/cdc.ts";
import { ch34xDriver } from "./drivers/ch34x.ts";
import { cp210xDriver } from "./drivers/cp210x.ts";
import { ftdiDriver } from "./drivers/ftdi.ts";
import { pl2303Driver } from "./drivers/pl2303.ts";
import type { UsbDriver, UsbPlace } from "./usb-driver.ts";
import { familyOf, type UsbFamily } from "./usb-families.ts";
import type { UsbConfigurationLike, UsbDeviceLike, UsbEndpointLike, UsbInterfaceLike } from "./usb-types.ts";

/** A serial port on a device; adapters may have several. */
export interface UsbSerialPlace extends UsbPlace {
  readonly family: UsbFamily;
}

const COMMUNICATIONS = 0x02;
const ABSTRACT_CONTROL = 0x02;
const DATA = 0x0a;
const VENDOR = 0xff;

/**
 * The serial ports of a device, in the order of its interfaces. The class decides before the maker: whatever has a
 * communications interface is driven by it, because other interfaces of the same shape may be something else (the second
 * one of Espressif's chips is JTAG). Empty where there is none that is known. Pure.
 */
export function serialPlaces(device: UsbDeviceLike): UsbSerialPlace[] {
  const configuration = device.configuration ?? device.configurations[0];
  if (configuration === undefined) return [];
  const byClass = classPlaces(configuration);
  if (byClass.length > 0) return byClass;
  const family = familyOf(device.vendorId, device.productId);
  return family === null ? [] : vendorPlaces(configuration, family);
}

/** The n-th communications interface belongs to the n-th of data; a single one may hold all endpoints itself. */
function classPlaces({ interfaces }: UsbConfigurationLike): UsbSerialPlace[] {
  const isClass = (wanted: number) => (one: UsbInterfaceLike) => first(one)?.interfaceClass === wanted;
  const control = interfaces.filter(
    (one) => isClass(COMMUNICATIONS)(one) && first(one)?.interfaceSubclass === ABSTRACT_CONTROL,
  );
  const data = interfaces.filter(isClass(DATA));
  return control.flatMap((one, index) => {
    const other = bulkEndpoints(one) === null ? data[index] : one;
    const ends = other === undefined ? null : bulkEndpoints(other);
    if (other === undefined || ends === null) return [];
    const claim = [...new Set([one.interfaceNumber, other.interfaceNumber])];
    return [{ family: "cdc" as const, claim, interfaceNumber: one.interfaceNumber, ...ends }];
  });
}

/** Adapters with several ports have an interface for each. */
function vendorPlaces({ interfaces }: UsbConfigurationLike, family: UsbFamily): UsbSerialPlace[] {
  return interfaces.flatMap((one) => {
    const ends = first(one)?.interfaceClass === VENDOR ? bulkEndpoints(one) : null;
    if (ends === null) return [];
    return [{ family, claim: [one.interfaceNumber], interfaceNumber: one.interfaceNumber, ...ends }];
  });
}

function first(one: UsbInterfaceLike): UsbInterfaceLike["alternate"] | undefined {
  return one.alternate ?? one.alternates[0];
}

function bulkEndpoints(one: UsbInterfaceLike): { readonly in: UsbEndpointLike; readonly out: UsbEndpointLike } | null {
  const bulk = (first(one)?.endpoints ?? []).filter(({ type }) => type === "bulk");
  const input = bulk.find(({ direction }) => direction === "in");
  const output = bulk.find(({ direction }) => direction === "out");
  return input === undefined || output === undefined ? null : { in: input, out: output };
}

const DRIVERS: Readonly<Record<UsbFamily, (place: UsbPlace, device: UsbDeviceLike) => UsbDriver>> = {
  cdc: cdcDriver,
  cp210x: cp210xDriver,
  ch34x: ch34xDriver,
  ftdi: ftdiDriver,
  pl2303: pl2303Driver,
};

export function driverFor(place: UsbSerialPlace, device: UsbDeviceLike): UsbDriver {
  return DRIVERS[place.family](place, device);
}
