import type { ListedPort } from "../../../node.ts";
import type { RunCommand } from "../../context.ts";

export const run: RunCommand = async ({ host, print }) => {
  const ports = await host.listPorts();
  if (ports.length === 0) print("There are no serial ports on this computer.");
  const width = Math.max(...ports.map((port) => port.path.length));
  for (const port of ports) {
    print(`${port.path.padEnd(width)}  ${describe(port)}`);
    if (!port.usable) print(`${" ".repeat(width)}  not usable: ${port.reason ?? "the reason is not known"}`);
  }
  return { ports };
};

function describe(port: ListedPort): string {
  const facts = [
    port.product ?? port.manufacturer,
    port.serialNumber === undefined ? undefined : `serial ${port.serialNumber}`,
    usbIds(port),
    port.location === undefined ? undefined : `at ${port.location}`,
  ].filter((fact) => fact !== undefined);
  return facts.length === 0 ? "not a USB device" : facts.join(", ");
}

function usbIds({ usbVendorId, usbProductId }: ListedPort): string | undefined {
  if (usbVendorId === undefined) return undefined;
  const digits = (value: number): string => value.toString(16).padStart(4, "0");
  return `USB ${digits(usbVendorId)}:${usbProductId === undefined ? "????" : digits(usbProductId)}`;
}
