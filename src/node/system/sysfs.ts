import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PortInfo } from "../../core/port/port.ts";

/**
 * The serial ports that the Linux kernel knows, from its own files: no helper program is started (`udevadm`, which the
 * serial library runs, is absent in containers) and no port is opened.
 */
export async function listSysfsPorts(sysRoot: string, devRoot: string): Promise<PortInfo[]> {
  const classFolder = join(sysRoot, "class", "tty");
  let names: string[];
  try {
    names = await readdir(classFolder);
  } catch {
    return [];
  }
  const ports = await Promise.all(names.map((name) => describe(join(classFolder, name), join(devRoot, name))));
  return ports.filter((port) => port !== null);
}

async function describe(entry: string, path: string): Promise<PortInfo | null> {
  let device: string;
  try {
    // Virtual consoles and pseudo-terminals have no device behind them.
    device = await realpath(join(entry, "device"));
  } catch {
    return null;
  }
  // The 8250 driver registers ports that are not there; their UART type is 0 (linux/serial.h PORT_UNKNOWN).
  if ((await attribute(entry, "type")) === "0") return null;
  return { path, ...(await usbFacts(device)) };
}

/** Walks up from the terminal's device to the USB device that it belongs to. */
async function usbFacts(start: string): Promise<Omit<PortInfo, "path">> {
  let location: string | undefined;
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    // A USB interface, such as 1-1.4:1.0: tells the ports of one adapter apart.
    if (location === undefined && (await attribute(folder, "bInterfaceNumber")) !== undefined)
      location = basename(folder);
    const usbVendorId = hexadecimal(await attribute(folder, "idVendor"));
    const usbProductId = hexadecimal(await attribute(folder, "idProduct"));
    if (usbVendorId === undefined || usbProductId === undefined) continue;
    const [serialNumber, manufacturer, product] = await Promise.all([
      attribute(folder, "serial"),
      attribute(folder, "manufacturer"),
      attribute(folder, "product"),
    ]);
    return {
      usbVendorId,
      usbProductId,
      location: location ?? basename(folder),
      ...(serialNumber && { serialNumber }),
      ...(manufacturer && { manufacturer }),
      ...(product && { product }),
    };
  }
  return {};
}

async function attribute(folder: string, name: string): Promise<string | undefined> {
  try {
    return (await readFile(join(folder, name), "utf8")).trim();
  } catch {
    return undefined;
  }
}

/** USB ids are written as hexadecimal digits without prefix, in these files and by the serial library. */
export function hexadecimal(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : undefined;
}
