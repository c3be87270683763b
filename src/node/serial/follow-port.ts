import type { PortInfo } from "../../core/port/port.ts";

/**
 * Where a device is now that was at `known` before. A board that left the bus (its chip was reset) may come back under
 * another path and, in another mode, with another product id; its serial number or its place on the bus stay.
 * Null when it is not there, or when several could be it. Pure.
 */
export function followPort(known: PortInfo, ports: readonly PortInfo[]): PortInfo | null {
  const { usbVendorId, serialNumber, location } = known;
  // Without an identity there is nothing to follow but the path.
  if (usbVendorId === undefined || (serialNumber === undefined && location === undefined))
    return ports.find(({ path }) => path === known.path) ?? null;
  const sameVendor = ports.filter((port) => port.usbVendorId === usbVendorId);
  const byNumber = serialNumber === undefined ? [] : sameVendor.filter((port) => port.serialNumber === serialNumber);
  const byPlace = location === undefined ? [] : sameVendor.filter((port) => port.location === location);
  // Cheap adapters all carry the same serial number: the place decides among them, then the path.
  const both = byNumber.filter((port) => byPlace.includes(port));
  for (const found of [both, byNumber, byPlace]) {
    if (found.length === 1) return found[0] ?? null;
    const samePath = found.find(({ path }) => path === known.path);
    if (samePath !== undefined) return samePath;
  }
  return null;
}
