import { describe, expect, it } from "vitest";
import { ESP32 } from "../../chip/descriptors/esp32.ts";
import { ESP32C3 } from "../../chip/descriptors/esp32c3.ts";
import { ESP8266 } from "../../chip/descriptors/esp8266.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import { planSpiCommand, planSpiSteps } from "./spi-command.ts";

function shown(writes: readonly RegisterWrite[]): string[] {
  return writes.map(
    ({ address, value, delayMicroseconds }) =>
      `${address.toString(16)}=${value.toString(16)}${delayMicroseconds === undefined ? "" : ` after ${delayMicroseconds}`}`,
  );
}

describe("planSpiCommand", () => {
  it("reads the parameter table on the ESP32 as the fact sheet's vector says", () => {
    const writes = planSpiCommand(ESP32.spi, { command: 0x5a, address: 0x10, dummyCycles: 8, readBits: 8 });
    expect(shown(writes)).toEqual([
      "3ff4202c=7", // MISO_DLEN
      "3ff42020=5c000007", // USR1
      "3ff4201c=f0000000", // USR
      "3ff42024=7000005a", // USR2
      "3ff42004=1000", // ADDR, left-aligned
      "3ff42080=0", // W0
      "3ff42000=40000", // CMD
    ]);
  });

  it("leaves the address as it is where the register is right-aligned", () => {
    const writes = planSpiCommand(ESP32C3.spi, { command: 0x5a, address: 0x10, dummyCycles: 8, readBits: 8 });
    expect(writes).toContainEqual({ address: ESP32C3.spi.base + 4, value: 0x10 });
  });

  it("always writes USR1 on the ESP8266, with both lengths in it", () => {
    expect(shown(planSpiCommand(ESP8266.spi, { command: 0x9f, readBits: 24 }))).toEqual([
      "60000220=1700",
      "6000021c=90000000",
      "60000224=7000009f",
      "60000240=0",
      "60000200=40000",
    ]);
    const write = planSpiCommand(ESP8266.spi, { command: 0x01, write: Uint8Array.of(1, 2) });
    expect(write[0]).toEqual({ address: 0x60000220, value: 15 << 17 });
  });

  it("puts the data into W0 and up, filled with zeros", () => {
    const writes = planSpiCommand(ESP32C3.spi, { command: 0x02, write: Uint8Array.of(1, 2, 3, 4, 5) });
    const { base, w0, mosiLength, usr } = ESP32C3.spi;
    expect(writes).toContainEqual({ address: base + (mosiLength ?? 0), value: 39 });
    expect(writes).toContainEqual({ address: base + usr, value: 0x88000000 });
    expect(writes).toContainEqual({ address: base + w0, value: 0x04030201 });
    expect(writes).toContainEqual({ address: base + w0 + 4, value: 5 });
  });
});

describe("planSpiSteps", () => {
  it("puts waits in front of what follows and ends in the idle state", () => {
    const { base, usr, usr2 } = ESP32C3.spi;
    const writes = planSpiSteps(
      ESP32C3.spi,
      [{ command: { command: 0x66 } }, { command: { command: 0x99 }, thenWaitMicroseconds: 1000 }],
      { usr: 0x11, usr2: 0x22 },
    );
    expect(writes.filter((write) => write.address === base).map(({ value }) => value)).toEqual([0x40000, 0x40000]);
    expect(writes.map((write) => write.delayMicroseconds)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      5,
      undefined,
      undefined,
      undefined,
      1000,
      undefined,
    ]);
    expect(writes.slice(-2).map(({ address, value }) => [address, value])).toEqual([
      [base + usr, 0x11],
      [base + usr2, 0x22],
    ]);
  });
});
