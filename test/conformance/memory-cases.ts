import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import {
  disconnect,
  loadRam,
  readMemory,
  readRegister,
  readSecurityInfo,
  runApplication,
  type Session,
  writeRegister,
} from "../../src/index.ts";
import { live } from "../support/chip/live.ts";
import { RAM_PLACES, ramImage } from "../support/chip/ram-program.ts";
import { codeOf } from "../support/outcome.ts";
import { withSession } from "./backend.ts";
import type { Bench, LoaderChoice, Skip } from "./bench.ts";

/** RAM, and what the chip says of its security. */
export function memoryCases({ backend, facts, it }: Bench, loader: LoaderChoice): void {
  const run = async (skip: Skip, work: (session: Session, address: number) => Promise<void>): Promise<void> => {
    loader.require(facts(), skip);
    const place = RAM_PLACES[facts().chip.id];
    skip(place === undefined, `no free RAM is known on the ${facts().chip.name}`);
    await withSession(backend, loader.options, (session) => work(session, place?.data ?? 0));
  };

  describe(`memory through the ${loader.name}`, () => {
    it("keeps what is written, all of a word or a part", (skip) =>
      run(skip, async (session, address) => {
        skip(session.secureDownload, "Secure Download Mode gives no access");
        await writeRegister(session, { address, value: 0x12345678 });
        expect(await readRegister(session, address)).toBe(0x12345678);
        await writeRegister(session, { address, value: 0xffffffff, mask: 0x00ff0000 });
        expect(await readRegister(session, address)).toBe(0x12ff5678);
        expect(await codeOf(readRegister(session, address + 2))).toBe("argument.invalid");
      }));

    it("is dumped to the byte", (skip) =>
      run(skip, async (session, address) => {
        skip(session.secureDownload, "Secure Download Mode gives no access");
        const words = [0x03020100, 0x07060504, 0x0b0a0908];
        for (const [index, value] of words.entries())
          await writeRegister(session, { address: address + 4 * index, value });
        const { data } = await readMemory(session, { address: address + 1, sizeBytes: 10 });
        expect([...data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      }));
  });

  describe(`security through the ${loader.name}`, () => {
    it("is told where the ROM can", async (skip) => {
      loader.require(facts(), skip);
      await withSession(backend, loader.options, async (session) => {
        if (!live(session).chip.rom.hasSecurityInfo) {
          expect(await codeOf(readSecurityInfo(session))).toBe("chip.not-supported");
          return;
        }
        const info = await readSecurityInfo(session);
        expect(info.secureDownload).toBe(facts().secureDownload);
        expect(await readSecurityInfo(session)).toEqual(info);
      });
    });
  });
}

/** What ends the loader; a backend that cannot be reset would be lost. */
export function lastCases({ backend, facts, it }: Bench, loader: LoaderChoice): void {
  const file = process.env["ESPTOOL_TEST_RAM_IMAGE"];

  describe(`leaving the ${loader.name} for a program`, () => {
    it("loads one into RAM and starts it", async (skip) => {
      loader.require(facts(), skip);
      skip(!facts().canReset, "this backend cannot be reset");
      skip(facts().secureDownload, "Secure Download Mode loads nothing into RAM");
      const isAtHand = file !== undefined || (backend.isVirtual && RAM_PLACES[facts().chip.id] !== undefined);
      skip(!isAtHand, "no image for RAM is at hand; ESPTOOL_TEST_RAM_IMAGE names one");
      const image = file === undefined ? ramImage(facts().chip.id) : new Uint8Array(readFileSync(file));
      await withSession(backend, loader.options, async (session) => {
        const { segments } = await loadRam(session, image);
        expect(segments.length).toBeGreaterThan(0);
        await disconnect(session, { reset: "untouched" });
      });
      await withSession(backend, loader.options, async ({ chip }) => expect(chip.id).toBe(facts().chip.id));
    });

    it("starts the application in flash where it can", async (skip) => {
      loader.require(facts(), skip);
      skip(!facts().canReset, "this backend cannot be reset");
      await withSession(backend, loader.options, async (session) => {
        expect(await runApplication(session)).toBe(session.loader === "rom");
        if (session.loader === "rom") await disconnect(session, { reset: "untouched" });
      });
      await withSession(backend, loader.options, async ({ chip }) => expect(chip.id).toBe(facts().chip.id));
    });
  });
}
