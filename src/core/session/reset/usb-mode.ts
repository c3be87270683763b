import type { ChipDescriptor } from "../../chip/types.ts";
import type { PortInfo } from "../../port/port.ts";
import { ESPRESSIF_VENDOR_ID } from "../../port/usb-ids.ts";
import type { UsbMode } from "../session.ts";
import { SERIAL_JTAG_PRODUCT_ID } from "./reset-sequences.ts";

/** How the chip hangs on the host, told by the port's USB ids (fact sheet 2.3); anything unknown is a UART. */
export function usbMode(chip: ChipDescriptor, info: PortInfo): UsbMode {
  if (info.usbVendorId !== ESPRESSIF_VENDOR_ID) return "uart";
  if (info.usbProductId === SERIAL_JTAG_PRODUCT_ID && chip.usb.serialJtag) return "serial-jtag";
  return chip.usb.otgProductId !== null && info.usbProductId === chip.usb.otgProductId ? "otg" : "uart";
}
