/** What is told of a flash size that cannot be right: its words are loaded for it. */
import { expect, it } from "vitest";
import { connect, disconnect, type EspEvent, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";

it("a size larger than the flash is written for, and told with both", async () => {
  const told: EspEvent[] = [];
  const onEvent = (event: EspEvent): void => void (event.type === "warning" && told.push(event));
  const session = await connect(virtualChip("esp32c3").port, { onEvent });
  await writeFlash(session, [{ address: 0x20000, data: Uint8Array.of(1, 2, 3, 4) }], { flashSize: "8MB" });
  expect(told).toMatchObject([
    {
      code: "flash.size-exceeds-detected",
      message: "The flash size given (8388608 bytes) is larger than the one detected (4194304 bytes).",
      details: { sizeBytes: 0x80_0000, detectedBytes: 0x40_0000 },
    },
  ]);
  await disconnect(session);
});
