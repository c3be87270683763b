import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { connect, disconnect, type EspEvent, readFlash, writeFlash } from "../../src/index.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { webUsbPort } from "../../src/webusb.ts";
import { transferCase } from "../support/usb/usb-vectors.ts";
import { pluggedIn, UsbVirtualChip } from "../support/usb/usb-virtual-chip.ts";

const SIZE = 100_000;
/** Nothing in it repeats, so that nothing that is lost or doubled stays unseen. */
const DATA = new Uint8Array(SIZE);
for (let at = 0; at < SIZE; at += 32)
  DATA.set(
    createHash("sha256")
      .update(String(at))
      .digest()
      .subarray(0, Math.min(32, SIZE - at)),
    at,
  );

it.each([
  ["espressif-usb-serial-jtag", "esp32c3", "serial-jtag", 115_200],
  ["ch343", "esp32", undefined, 921_600],
  ["cp2102", "esp32", undefined, 921_600],
  ["cp2104", "esp32s3", undefined, 921_600],
  ["ch340g-v31", "esp32", undefined, 921_600],
  ["ch340-old-v27", "esp32c3", undefined, 460_800],
  ["ft232r", "esp32", undefined, 921_600],
  ["ft2232h-b", "esp32", undefined, 2_000_000],
  ["pl2303-hx", "esp32c3", undefined, 460_800],
  ["pl2303-gc", "esp32", undefined, 921_600],
] as const)("%s: 100 KB are flashed to an %s and read back", async (name, id, usb, baudRate) => {
  const one = transferCase(name);
  const chip = virtualChip(id, { timing: INSTANT_TIMING, ...(usb !== undefined && { usb }) });
  const device = new UsbVirtualChip(one, chip);
  const port = webUsbPort(device, {
    usb: pluggedIn(device),
    clock: chip.clock,
    interfaceNumber: one.claimInOrder[0],
  });
  const events: EspEvent[] = [];
  const session = await connect(port, { baudRate, onEvent: (event) => events.push(event) });
  expect([session.chip.id, session.loader]).toEqual([id, "stub"]);
  await writeFlash(session, [{ address: 0x10000, data: DATA }], { compress: "never" });
  expect(Buffer.from(chip.flash.read(0x10000, SIZE)).equals(DATA)).toBe(true);
  const { data } = await readFlash(session, { address: 0x10000, sizeBytes: SIZE });
  expect(Buffer.from(data).equals(DATA)).toBe(true);
  await disconnect(session);
  expect(device.opened).toBe(false);
});
