/** A file that is plainly no firmware, in the places where a chip looks for a program and elsewhere. */
import { expect, it } from "vitest";
import { connect, disconnect, type EspEvent, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { codeOf } from "../support/outcome.ts";

const page = new TextEncoder().encode("<!DOCTYPE html><html><title>404</title></html>");

it("a web page is refused as a bootloader, told of as an application, and data elsewhere", async () => {
  const told: string[] = [];
  const onEvent = (event: EspEvent): void => void (event.type === "warning" && told.push(event.message));
  const session = await connect(virtualChip("esp32c3").port, { onEvent });
  expect(await codeOf(writeFlash(session, [{ address: 0, data: page, name: "boot.bin" }]))).toBe("image.not-firmware");
  expect(told).toEqual([]);
  await writeFlash(session, [{ address: 0x10000, data: page, name: "app.bin" }]);
  expect(told).toEqual(["'app.bin' is an HTML page; at 0x00010000 a chip looks for a program."]);
  await writeFlash(session, [{ address: 0x20000, data: page, name: "index.html" }]);
  expect(told).toHaveLength(1);
  await disconnect(session);
});
