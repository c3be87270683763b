import { describe, expect, it } from "vitest";
import { connect, disconnect, readFlash, readRegister, type Session } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { codeOf } from "../support/outcome.ts";

describe("a session", () => {
  it("is facts, and cannot be changed", async () => {
    const session = await connect(virtualChip("esp32c3").port, { baudRate: 460_800 });
    expect(Object.keys(session).sort()).toEqual([
      "baudRate",
      "chip",
      "crystalMhz",
      "identity",
      "loader",
      "mac",
      "name",
      "secureDownload",
      "securityInfo",
      "usbMode",
    ]);
    expect(session).toMatchObject({ loader: "stub", usbMode: "uart", crystalMhz: 40, baudRate: 460_800 });
    expect(Object.isFrozen(session)).toBe(true);
    await disconnect(session);
    expect(session.baudRate).toBe(0);
  });

  it("ends when it is disposed of, the chip reset and the port closed", async () => {
    const chip = virtualChip("esp32c3");
    const types: string[] = [];
    const session = await connect(chip.port, { onEvent: ({ type }) => types.push(type) });
    await session[Symbol.asyncDispose]();
    expect(types.at(-1)).toBe("reset.done");
    expect(await codeOf(readRegister(session, 0x40001000))).toBe("session.closed");
    await disconnect(await connect(chip.port));
  });

  it("is told by itself: neither a copy nor a promise of it will do", async () => {
    const connecting = connect(virtualChip("esp32c3").port);
    const refused = readFlash(connecting as unknown as Session, { address: 0, sizeBytes: 4 });
    await expect(refused).rejects.toMatchObject({ code: "argument.invalid", hint: "Await connect first." });
    const session = await connecting;
    expect(await codeOf(readFlash({ ...session }, { address: 0, sizeBytes: 4 }))).toBe("argument.invalid");
    await disconnect(session);
  });
});
