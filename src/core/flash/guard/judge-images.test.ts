import { describe, expect, it } from "vitest";
import { fixtureImage } from "../../../../test/support/image/fixture-image.ts";
import { chipById } from "../../chip/catalog.ts";
import { recogniseContents as recognise } from "../../image/recognise-contents.ts";
import { judgeImages } from "./judge-images.ts";

const chip = chipById("esp32c3");
const good = fixtureImage("repro-boot.bin");

async function warnings(data: Uint8Array<ArrayBuffer>, address = 0x10000): Promise<(readonly [string, string])[]> {
  const facts = { chip, recognise, revision: null, secureDownload: false };
  const verdict = await judgeImages([{ address, data, name: "f" }], facts);
  return verdict.warnings.map(({ code, message }) => [code, message]);
}

function changed(offset: number, value: number): Uint8Array<ArrayBuffer> {
  const copy = good.slice();
  copy[offset] = value;
  return copy;
}

describe("warnings about files for flash", () => {
  it("are none for a whole image of this chip, and for data", async () => {
    expect(await warnings(good, 0)).toEqual([]);
    expect(await warnings(new Uint8Array(4096).fill(0xff))).toEqual([]);
  });

  it("name check values that are wrong", async () => {
    expect(await warnings(changed(40, 7))).toEqual([
      ["image.wrong-check", "'f' has a wrong checksum and a wrong SHA-256 digest: the chip will hardly start it."],
    ]);
    expect(await warnings(changed(2, 0), 0x200000)).toEqual([
      ["image.wrong-check", expect.stringContaining("wrong SHA-256 digest")],
    ]);
  });

  it("say what is damaged, and where", async () => {
    expect(await warnings(fixtureImage("odd.bin"), 0)).toEqual([
      [
        "image.invalid",
        "'f' is damaged at offset 0x1c: The segment at offset 24 has 3 bytes, which is no multiple of 4.",
      ],
    ]);
    const foreign = fixtureImage("odd.bin");
    foreign[12] = 9;
    expect(await warnings(foreign, 0)).toEqual([["image.invalid", expect.stringContaining("damaged")]]);
    expect(await warnings(foreign, 0x20000)).toEqual([]);
  });

  it("have the sentence by which scripts know an image for another chip", async () => {
    expect((await warnings(changed(12, 9)))[0]).toEqual([
      "image.wrong-chip",
      "'f': Unexpected chip ID in image. Expected 5 but value was 9. Is this image for a different chip model?",
    ]);
  });

  it("name other things where a chip looks for a program", async () => {
    const page = new TextEncoder().encode("<html>");
    expect(await warnings(page)).toEqual([
      ["image.not-firmware", "'f' is an HTML page; at 0x00010000 a chip looks for a program."],
    ]);
    expect(await warnings(page, 0x20000)).toEqual([]);
  });
});
