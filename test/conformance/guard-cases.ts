import { describe, expect } from "vitest";
import { readFlash, type Session, writeFlash } from "../../src/index.ts";
import { live } from "../support/chip/live.ts";
import { RAM_PLACES, ramImage } from "../support/chip/ram-program.ts";
import { codeOf } from "../support/outcome.ts";
import { withSession } from "./backend.ts";
import type { Bench, LoaderChoice, Skip } from "./bench.ts";
import { mixed } from "./scratch-data.ts";

/** What is refused before anything is erased. */
export function guardCases({ backend, facts, it }: Bench, loader: LoaderChoice): void {
  const run = async (skip: Skip, work: (session: Session) => Promise<void>): Promise<void> => {
    loader.require(facts(), skip);
    skip(facts().secureDownload, "Secure Download Mode tells nothing to decide by");
    await withSession(backend, loader.options, work);
  };
  const at = (offset: number): number => facts().scratch.address + offset;

  describe(`guards through the ${loader.name}`, () => {
    it("refuse an image for another chip", (skip) =>
      run(skip, async (session) => {
        skip(session.chip.imageChipId === null, `images of the ${session.chip.name} do not say what they are for`);
        const other = session.chip.id === "esp32c3" ? "esp32s3" : "esp32c3";
        const file = { address: at(0), data: ramImage(other) };
        expect(await codeOf(writeFlash(session, [file]))).toBe("image.wrong-chip");
      }));

    it("refuse an image that is cut off", (skip) =>
      run(skip, async (session) => {
        const id = session.chip.id;
        skip(RAM_PLACES[id] === undefined, `no image for the ${session.chip.name} is at hand`);
        const data = ramImage(id).slice(0, 2_000);
        expect(await codeOf(writeFlash(session, [{ address: at(0), data }]))).toBe("image.truncated");
      }));

    it("refuse what does not fit", (skip) =>
      run(skip, async (session) => {
        const { flashBytes } = facts();
        skip(flashBytes === null, "the size of the flash is not known");
        const file = { address: (flashBytes ?? 0) - 0x1000, data: mixed(0x1001) };
        expect(await codeOf(writeFlash(session, [file]))).toBe("flash.does-not-fit");
      }));

    it("refuse files that overlap or share a sector", (skip) =>
      run(skip, async (session) => {
        for (const second of [0x800, 0x1c00]) {
          const files = [
            { address: at(0), data: mixed(0x1800) },
            { address: at(second), data: mixed(0x100) },
          ];
          expect(await codeOf(writeFlash(session, files, { force: true }))).toBe("flash.overlap");
        }
      }));

    it("refuse to read beyond the end", (skip) =>
      run(skip, async (session) => {
        const { flashBytes } = facts();
        skip(flashBytes === null, "the size of the flash is not known");
        skip(!live(session).traits.canReadFast && !live(session).traits.canReadSlow, "this loader cannot read flash");
        const range = { address: (flashBytes ?? 0) - 4, sizeBytes: 8 };
        expect(await codeOf(readFlash(session, range))).toBe("flash.out-of-range");
      }));
  });
}
