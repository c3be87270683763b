import { ESPRESSIF_VENDOR_ID, USB_BRIDGES } from "../../core/port/usb-ids.ts";

/** How promising a port is, highest first. */
export const PORT_RANK = { espressif: 3, bridge: 2, usb: 1, other: 0 } as const;

/** The rank of a port by its USB ids: Espressif, a known bridge, any USB device, anything else. */
export function rankUsbIds(vendorId: number | undefined, productId: number | undefined): number {
  if (vendorId === undefined) return PORT_RANK.other;
  if (vendorId === ESPRESSIF_VENDOR_ID) return PORT_RANK.espressif;
  const known = USB_BRIDGES.some((bridge) => bridge.vendorId === vendorId && bridge.productId === productId);
  return known ? PORT_RANK.bridge : PORT_RANK.usb;
}
