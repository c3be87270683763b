import type { BaudRateConfigurablePort, SerialDevice } from "./transport/serial-device.ts";
import { refuse, unsupported } from "./unsupported.ts";

const INSTEAD =
  "Use a port of navigator.serial, or with the library itself requestPort of esptool-ts/web, which has drivers for adapters over WebUSB.";

/** esptool-js's driver for the adapters CH340 and CH341 over WebUSB. Not offered in this form (`esptool-ts/webusb` has such
 * drivers): everything throws `compat.unsupported`. */
export class WebUSBSerialPort {
  readable: SerialDevice["readable"] = null;
  writable: SerialDevice["writable"] = null;

  constructor(_usbDevice: unknown) {
    throw unsupported("WebUSBSerialPort", INSTEAD);
  }
  static requestPort(): Promise<WebUSBSerialPort> {
    return refuse("WebUSBSerialPort.requestPort", INSTEAD);
  }
  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number } {
    throw unsupported("WebUSBSerialPort.getInfo", INSTEAD);
  }
  open(_options?: unknown): Promise<void> {
    return refuse("WebUSBSerialPort.open", INSTEAD);
  }
  setBaudRate(_baudRate: number): Promise<void> {
    return refuse("WebUSBSerialPort.setBaudRate", INSTEAD);
  }
  setSignals(_signals: unknown): Promise<void> {
    return refuse("WebUSBSerialPort.setSignals", INSTEAD);
  }
  close(): Promise<void> {
    return refuse("WebUSBSerialPort.close", INSTEAD);
  }
  asSerialPort(): BaudRateConfigurablePort {
    throw unsupported("WebUSBSerialPort.asSerialPort", INSTEAD);
  }
}
