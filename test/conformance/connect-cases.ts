import { describe, expect } from "vitest";
import { CHIPS } from "../../src/chips.ts";
import {
  connectRepeatedly,
  disconnect,
  macAddresses,
  readChipId,
  readRegister,
  type Session,
} from "../../src/index.ts";
import { codeOf } from "../support/outcome.ts";
import { connectTo, withSession } from "./backend.ts";
import { type Bench, ROM, STUB } from "./bench.ts";

/** The same register on every chip: what its ROM holds there never changes. */
const MAGIC_REGISTER = 0x40001000;

/** Ways to arrive and to leave without a stub, and who the chip is. */
export function connectCasesOfRom({ backend, facts, it }: Bench): void {
  const rom = { ...ROM.options };

  describe("connecting to the ROM loader", () => {
    it("finds the chip, and the same one again", async (skip) => {
      ROM.require(facts(), skip);
      const seen = new Set<string>();
      for (let round = 0; round < 2; round++)
        await withSession(backend, rom, async (session) => {
          expect(session.loader).toBe("rom");
          seen.add(await portrait(session));
        });
      expect([...seen]).toHaveLength(1);
      expect([...seen][0]).toContain(facts().mac);
    });

    it("takes the chip by its name", async (skip) => {
      ROM.require(facts(), skip);
      const found = await withSession(backend, { ...rom, chip: facts().chip.id }, async ({ chip }) => chip.id);
      expect(found).toBe(facts().chip.id);
    });

    it("refuses another chip than the one that is there, and lets it go", async (skip) => {
      ROM.require(facts(), skip);
      const other = CHIPS.find(({ id }) => id !== facts().chip.id)?.id ?? "auto";
      const after = facts().canReset ? "hard-reset" : "no-reset";
      expect(await codeOf(connectTo(backend, { ...rom, chip: other, after }))).toBe("connect.wrong-chip");
      await withSession(backend, rom, (session) => proveAlive(session));
    });

    it("stays in the ROM loader (--after no-reset) and finds it there (--before no-reset)", async (skip) => {
      ROM.require(facts(), skip);
      await withSession(backend, { ...rom, leaveWith: "no-reset" }, (session) => proveAlive(session));
      await withSession(backend, { ...rom, before: "no-reset", leaveWith: "no-reset" }, async (session) => {
        expect(session.loader).toBe("rom");
        await proveAlive(session);
      });
    });

    it("needs no SYNC where the last one still holds (--before no-reset-no-sync)", async (skip) => {
      ROM.require(facts(), skip);
      skip(facts().usbMode === "otg", "USB-OTG counts the connection itself");
      const slow = { ...rom, baudRate: 115_200 };
      await withSession(backend, { ...slow, leaveWith: "no-reset" }, (session) => proveAlive(session));
      await withSession(backend, { ...slow, before: "no-reset-no-sync" }, (session) => proveAlive(session));
    });

    it("resets over the chip's own USB (--before usb-reset)", async (skip) => {
      ROM.require(facts(), skip);
      skip(!facts().canReset, "this backend cannot be reset");
      skip(facts().usbMode !== "serial-jtag", "the chip is not connected by its USB-Serial/JTAG converter");
      await withSession(backend, { ...rom, before: "usb-reset" }, (session) => proveAlive(session));
    });

    it("comes back after a soft reset (--after soft-reset)", async (skip) => {
      ROM.require(facts(), skip);
      skip(!facts().canReset, "this backend cannot be reset");
      await withSession(backend, { ...rom, leaveWith: "soft-reset" }, (session) => proveAlive(session));
      await withSession(backend, rom, (session) => proveAlive(session));
    });

    it("comes back after a reset by its watchdog (--after watchdog-reset)", async (skip) => {
      ROM.require(facts(), skip);
      skip(!facts().canReset, "this backend cannot be reset");
      skip(facts().chip.watchdogs?.canReset !== true, `the ${facts().chip.name} has no such watchdog`);
      await withSession(backend, { ...rom, leaveWith: "watchdog-reset" }, (session) => proveAlive(session));
      await withSession(backend, rom, (session) => proveAlive(session));
    });

    it("stops when it is told to, and connects again", async (skip) => {
      ROM.require(facts(), skip);
      const abort = new AbortController();
      abort.abort();
      const after = facts().canReset ? "hard-reset" : "no-reset";
      expect(await codeOf(connectTo(backend, { ...rom, after, signal: abort.signal }))).toBe("operation.aborted");
      await withSession(backend, rom, (session) => proveAlive(session));
    });

    it("opens the port anew for each attempt", async (skip) => {
      ROM.require(facts(), skip);
      const session = await connectRepeatedly(backend.makePort, { ...rom, openPortAttempts: 3 });
      await proveAlive(session);
      await disconnect(session, { reset: facts().canReset ? "hard-reset" : "no-reset" });
    });
  });
}

/** From here on a backend that cannot be reset has a stub running. */
export function connectCasesOfStub({ backend, facts, it }: Bench): void {
  describe("connecting to the stub", () => {
    it("starts it, and says who the chip is as the ROM does", async (skip) => {
      STUB.require(facts(), skip);
      await withSession(backend, {}, async (session) => {
        expect(session.loader).toBe("stub");
        expect(await portrait(session)).toContain(facts().mac);
      });
    });

    it("finds it again when it was left running (--after no-reset-stub)", async (skip) => {
      STUB.require(facts(), skip);
      await withSession(backend, { leaveWith: "no-reset-stub" }, (session) => proveAlive(session));
      for (const leaveWith of ["no-reset", undefined] as const)
        await withSession(backend, { before: "no-reset", ...(leaveWith && { leaveWith }) }, async (session, events) => {
          expect(session.loader).toBe("stub");
          const types = events.map(({ type }) => type);
          expect(types).toContain("stub.already-running");
          expect(types).not.toContain("stub.uploading");
          await proveAlive(session);
        });
    });

    it("is gone after a reset", async (skip) => {
      STUB.require(facts(), skip);
      skip(!facts().canReset, "this backend cannot be reset");
      await withSession(backend, {}, (session) => proveAlive(session));
      await withSession(backend, { stub: false }, async ({ loader }) => expect(loader).toBe("rom"));
    });

    it("keeps the port's rate when none is asked for", async (skip) => {
      STUB.require(facts(), skip);
      await withSession(backend, { baudRate: 115_200 }, async (session) => {
        expect(session.baudRate).toBe(115_200);
        await proveAlive(session);
      });
    });
  });
}

async function proveAlive(session: Session): Promise<void> {
  if (!session.secureDownload) expect(await readRegister(session, MAGIC_REGISTER)).toBeTypeOf("number");
}

/** Everything that says which individual this is. */
async function portrait(session: Session): Promise<string> {
  const number = session.secureDownload ? null : await readChipId(session);
  expect(macAddresses(session)).toEqual(macAddresses(session));
  if (!session.secureDownload) expect(macAddresses(session).mac).toMatch(/^([0-9a-f]{2}:){5,7}[0-9a-f]{2}$/);
  return JSON.stringify([
    session.chip.id,
    session.identity,
    session.crystalMhz,
    macAddresses(session),
    String(session.mac?.base),
    number,
  ]);
}
