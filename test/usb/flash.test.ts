import { expect, it } from "vitest";
import { webUsbPort } from "../../src/webusb.ts";
import { FLASHED, flashBench, flashOver } from "../support/usb/flash-over.ts";
import { transferCase } from "../support/usb/usb-vectors.ts";
import { pluggedIn } from "../support/usb/usb-virtual-chip.ts";

it.each(FLASHED)("$name: 100 KB are flashed to an $id and read back", async (line) => {
  const { id, baudRate } = line;
  const bench = flashBench(transferCase(line.name), line);
  const { chip, device } = bench;
  const port = webUsbPort(device, { usb: pluggedIn(device), clock: chip.clock });
  const report = await flashOver(port, bench, baudRate);
  expect(report).toMatchObject({
    chip: id,
    loader: "stub",
    baudRate,
    isWritten: true,
    isReadBack: true,
    isOpen: false,
  });
  expect(report.sentBytes).toBeGreaterThan(100_000);
});
