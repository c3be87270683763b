import { createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { connect, type FileToWriteInput, verifyFlash, verifyNand, writeFlash, writeNand } from "../../src/index.ts";
import { inspectSignatures, readPrivateKey, readPublicKey, signDataV2, verifySignaturesV2 } from "../../src/secure.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { codeOf, errorOf } from "../support/outcome.ts";
import { freshKey, pem } from "../support/secure/signing-keys.ts";

/** Files may be Blobs, as pages have them: what they hold is what is written, compared and signed. */

const DATA = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) & 0xff);

async function bench() {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  return { chip, session: await connect(chip.port) };
}

const fileAt = (data: FileToWriteInput["data"], more: Partial<FileToWriteInput> = {}): FileToWriteInput[] => [
  { address: 0x1000, data, name: "app", ...more },
];

describe("a Blob", () => {
  it("is written, compared, and taken for what was there before", async () => {
    const { chip, session } = await bench();
    await writeFlash(session, fileAt(new Blob([DATA])));
    expect(chip.flash.read(0x1000, DATA.length)).toEqual(DATA);
    const changed = DATA.slice();
    changed.fill(0x77, 4500, 4600);
    const { files } = await writeFlash(session, fileAt(new File([changed], "app.bin"), { previous: new Blob([DATA]) }));
    expect(files[0]?.writtenBytes).toBe(4096);
    expect(chip.flash.read(0x1000, DATA.length)).toEqual(changed);
    const { matched, elapsedMs } = await verifyFlash(session, fileAt(new Blob([changed])));
    expect([matched, typeof elapsedMs]).toEqual([true, "number"]);
    expect((await verifyFlash(session, fileAt(new Blob([DATA])))).matched).toBe(false);
  });

  it("is written to NAND flash", async () => {
    const chip = virtualChip("esp32s3", { timing: INSTANT_TIMING, silicon: { nand: {} } });
    const session = await connect(chip.port, { plugins: ["nand"] });
    const files = [{ address: 0x40000, data: new Blob([DATA]) }];
    const options = { spiConnection: "12,13,11,9,10" };
    await writeNand(session, files, options);
    expect((await verifyNand(session, files, options)).matched).toBe(true);
  });

  it("is a key, and a file to sign and to look at", async () => {
    const key = freshKey("prime256v1");
    const privateKey = await readPrivateKey(new Blob([pem(key, "sec1")]));
    const { bytes } = await signDataV2(new Blob([new Uint8Array(4096)]), [privateKey]);
    const publicPem = createPublicKey(key).export({ format: "pem", type: "spki" });
    const { verdict } = await verifySignaturesV2(new Blob([bytes]), await readPublicKey(new Blob([String(publicPem)])));
    expect(verdict).toBe("verified");
    expect((await inspectSignatures(new Blob([bytes]))).dataBytes).toBe(4096);
  });

  it("that cannot be read, or gives something else than it said, changes nothing", async () => {
    const { chip, session } = await bench();
    const before = chip.flash.read(0, 0x4000);
    const gone = { size: 4, arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) };
    const error = await errorOf(writeFlash(session, fileAt(gone), { eraseAll: true }));
    expect(error).toMatchObject({ code: "file.unreadable", message: "'files[0].data' cannot be read: gone" });
    expect(error.cause).toBeInstanceOf(DOMException);
    const throws = {
      size: 4,
      arrayBuffer: (): Promise<ArrayBuffer> => {
        throw new RangeError("at once");
      },
    };
    const short = { size: 4, arrayBuffer: async () => new ArrayBuffer(3) };
    for (const data of [throws, short]) {
      expect(await codeOf(writeFlash(session, fileAt(data), { eraseAll: true }))).toBe("file.unreadable");
      expect(await codeOf(writeFlash(session, fileAt(DATA, { previous: data })))).toBe("file.unreadable");
      expect(await codeOf(verifyFlash(session, fileAt(data)))).toBe("file.unreadable");
    }
    const text = { size: 4, arrayBuffer: async () => "text" as unknown as ArrayBuffer };
    expect(await codeOf(writeFlash(session, fileAt(text)))).toBe("argument.invalid");
    expect(chip.flash.read(0, 0x4000)).toEqual(before);
  });

  it("of a size that no flash has is not read", async () => {
    const { session } = await bench();
    let isRead = false;
    for (const size of [0x4000_0001, -1, Number.NaN, 1.5]) {
      const huge = {
        size,
        arrayBuffer: async () => {
          isRead = true;
          return new ArrayBuffer(0);
        },
      };
      expect(await codeOf(writeFlash(session, fileAt(huge)))).toBe("argument.invalid");
    }
    expect(isRead).toBe(false);
  });

  it("without contents proves nothing", async () => {
    const { session } = await bench();
    expect(await codeOf(verifyFlash(session, fileAt(new Blob([]))))).toBe("file.empty");
  });
});
