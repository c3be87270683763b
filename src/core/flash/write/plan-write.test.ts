import { describe, expect, it } from "vitest";
import * as compressor from "../../bytes/deflate.ts";
import { chipById } from "../../chip/catalog.ts";
import { type LoaderKind, loaderTraits } from "../../chip/loader-traits.ts";
import type { ChipId } from "../../chip/types.ts";
import { isEspError } from "../../errors.ts";
import { HEADER_TOOLS } from "../../image/firmware/header-tools.ts";
import { rewriteHeader } from "../../image/firmware/rewrite-header.ts";
import { describePlan, type PlanContext, planWrite, wantsCompression } from "./plan-write.ts";
import * as shortcuts from "./shortcuts.ts";

function context(id: ChipId, kind: LoaderKind, more: Partial<PlanContext> = {}): PlanContext {
  const chip = chipById(id);
  const traits = loaderTraits(chip, kind, { usbOtg: false, secureDownload: false });
  return {
    chip,
    traits,
    keepHeaders: false,
    settings: { mode: "keep", frequency: "keep", size: "keep" },
    compressor: wantsCompression("auto", traits) ? compressor : null,
    rewriteHeader: (chip, request) => rewriteHeader(chip, request, HEADER_TOOLS),
    eraseAll: false,
    shortcuts,
    skipFlashed: false,
    skip: false,
    ...more,
  };
}

const ramp = Uint8Array.from({ length: 5001 }, (_, index) => (index >> 4) & 0xff);
let state = 3;
const noise = Uint8Array.from({ length: 3000 }, () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state >>> 24;
});

describe("planWrite", () => {
  it("compresses through a stub and starts where it is told", () => {
    const plan = planWrite([{ address: 0x10104, data: ramp, name: "app.bin" }], context("esp32", "stub"));
    expect(describePlan(plan)).toMatchInlineSnapshot(`
      {
        "blockSize": 16384,
        "compress": true,
        "files": [
          {
            "address": "0x00010104",
            "approach": "whole",
            "encrypted": false,
            "md5": "1e07f33d1adeae2f210e56a3aaaf1c59",
            "name": "app.bin",
            "notes": [],
            "patched": {
              "digestUpdated": false,
              "parameters": null,
            },
            "pieces": [
              {
                "address": "0x00010104",
                "blocks": [
                  [
                    452,
                    5004,
                  ],
                ],
                "compressedBytes": 452,
                "erases": [
                  "0x00010000",
                  "0x00011fff",
                ],
                "notes": [
                  "Flash address 0x00010104 is not aligned to a 0x1000 byte flash sector. 0x104 bytes before this address will be erased.",
                ],
                "sizeBytes": 5004,
              },
            ],
            "sizeBytes": 5001,
            "warnings": [],
            "writeAddress": "0x00010104",
            "writtenBytes": 5004,
          },
        ],
        "notes": [],
        "skipped": [],
        "warnings": [],
      }
    `);
  });

  it("starts at the sector through a ROM, sends plain, and says what it destroys", () => {
    const plan = planWrite([{ address: 0x10104, data: ramp, name: "app.bin" }], context("esp32", "rom"));
    expect(describePlan(plan)).toMatchInlineSnapshot(`
      {
        "blockSize": 1024,
        "compress": false,
        "files": [
          {
            "address": "0x00010104",
            "approach": "whole",
            "encrypted": false,
            "md5": "7bad80c717ec12e66eab01f495570be3",
            "name": "app.bin",
            "notes": [],
            "patched": {
              "digestUpdated": false,
              "parameters": null,
            },
            "pieces": [
              {
                "address": "0x00010000",
                "blocks": [
                  [
                    1024,
                    1024,
                  ],
                  [
                    1024,
                    1024,
                  ],
                  [
                    1024,
                    1024,
                  ],
                  [
                    1024,
                    1024,
                  ],
                  [
                    1024,
                    1024,
                  ],
                  [
                    1024,
                    144,
                  ],
                ],
                "compressedBytes": null,
                "erases": [
                  "0x00010000",
                  "0x00011fff",
                ],
                "notes": [
                  "Flash address 0x00010104 is not aligned to a 0x1000 byte flash sector. 0x104 bytes before this address will be erased.",
                ],
                "sizeBytes": 5264,
              },
            ],
            "sizeBytes": 5001,
            "warnings": [],
            "writeAddress": "0x00010000",
            "writtenBytes": 5264,
          },
        ],
        "notes": [],
        "skipped": [],
        "warnings": [],
      }
    `);
  });

  it("decides compression file by file", () => {
    const files = [
      { address: 0x1000, data: noise },
      { address: 0x10000, data: ramp },
    ];
    const plan = planWrite(files, context("esp32c3", "stub"));
    expect(plan.files.map(({ pieces }) => pieces[0]?.encoded.compressed)).toEqual([false, true]);
    expect(plan.files[0]?.pieces[0]?.notes.map(({ code }) => code)).toEqual(["write.incompressible"]);
  });

  it("fills up to words, skips empty files, keeps the order given", () => {
    const files = [
      { address: 0x20000, data: ramp, name: "b" },
      { address: 0x30000, data: new Uint8Array(0), name: "empty" },
      { address: 0x10000, data: ramp, name: "a" },
    ];
    const plan = planWrite(files, context("esp32c3", "stub"));
    expect(plan.files.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(plan.files[0]?.data.length).toBe(5004);
    expect(plan.files[0]?.data.subarray(5000)).toEqual(Uint8Array.of(ramp[5000] ?? 0, 0xff, 0xff, 0xff));
    expect(plan.skipped).toEqual([{ index: 1, name: "empty", address: 0x30000 }]);
  });

  it("erases nothing more when the whole chip is erased", () => {
    const plan = planWrite([{ address: 0x10104, data: ramp }], context("esp32", "stub", { eraseAll: true }));
    expect(plan.files[0]?.pieces[0]?.erases).toBeNull();
    expect(plan.files[0]?.pieces[0]?.notes).toEqual([]);
  });

  it("leaves headers alone where security features are on", () => {
    const settings = { mode: "qio", frequency: "keep", size: "keep" };
    const files = [{ address: 0, data: ramp }];
    const plan = planWrite(files, context("esp32c3", "stub", { keepHeaders: true, settings }));
    expect(plan.warnings.map(({ code }) => code)).toEqual(["flash.header-kept"]);
    expect(plan.files[0]?.warnings).toEqual([]);
    const open = planWrite(files, context("esp32c3", "stub", { settings }));
    expect(open.files[0]?.warnings.map(({ code }) => code)).toEqual(["image.not-patched"]);
  });

  it("refuses compression where the loader has none", () => {
    try {
      wantsCompression("always", context("esp8266", "rom").traits);
      expect.unreachable();
    } catch (error) {
      expect(isEspError(error, "argument.unsupported")).toBe(true);
    }
    expect(wantsCompression("auto", context("esp8266", "rom").traits)).toBe(false);
  });

  it("plans 16 MB in one go", () => {
    const data = new Uint8Array(16 * 1024 * 1024);
    for (let index = 0; index < data.length; index++) data[index] = (index * 31) >> 9;
    const plan = planWrite([{ address: 0, data }], context("esp32s3", "stub"));
    const total = plan.files[0]?.pieces[0]?.encoded.blocks.reduce((sum, block) => sum + block.uncompressedBytes, 0);
    expect(total).toBe(data.length);
  });

  it("fills encrypted files up to what the chip encrypts at once", () => {
    const file = { address: 0x10000, data: ramp.subarray(0, 5001), encrypted: true };
    const length = (id: ChipId): number | undefined => planWrite([file], context(id, "stub")).files[0]?.data.length;
    expect(length("esp32")).toBe(5024);
    expect(length("esp32c3")).toBe(5008);
  });

  it("writes the sectors that changed, each header patched alike", () => {
    const previous = new Uint8Array(ramp);
    previous[0x1001] = 0xee;
    const [file] = planWrite([{ address: 0x10000, data: ramp, previous }], context("esp32c3", "stub")).files;
    expect(file?.approach).toBe("changes");
    expect(file?.pieces.map(({ address, erases }) => [address, erases])).toEqual([
      [0x11000, { start: 0x11000, end: 0x11fff }],
    ]);
    const image = new Uint8Array(32);
    image.set([0xe9, 0, 2, 0x00]);
    const settings = { mode: "qio", frequency: "80m", size: "4MB" };
    const same = { address: 0, data: image, previous: image };
    expect(planWrite([same], context("esp32c3", "stub", { settings })).files[0]?.pieces).toEqual([]);
  });

  it.each([
    ["the whole flash is erased", "stub", { eraseAll: true }, {}],
    ["all is encrypted", "stub", {}, { encrypted: true }],
    ["there are no digests", "rom", {}, {}],
  ] as const)("writes everything where %s, and says so", (_why, kind, more, special) => {
    const id = kind === "rom" ? "esp8266" : "esp32c3";
    for (const wish of [{ previous: ramp }, {}]) {
      const files = [{ address: 0, data: ramp, ...wish, ...special }];
      const plan = planWrite(files, context(id, kind, { ...more, skipFlashed: !("previous" in wish) }));
      expect(plan.notes.map(({ code }) => code)).toEqual(["write.no-shortcut"]);
      expect(plan.files[0]).toMatchObject({ approach: "whole", notes: [] });
      expect(plan.files[0]?.pieces).toHaveLength(1);
    }
  });

  it("writes an encrypted file whole among others whose changes are known", () => {
    const files = [
      { address: 0, data: ramp, previous: ramp },
      { address: 0x8000, data: ramp, previous: ramp, encrypted: true },
    ];
    const plan = planWrite(files, context("esp32c3", "stub"));
    expect(plan.notes).toEqual([]);
    expect(plan.files.map(({ approach }) => approach)).toEqual(["changes", "whole"]);
    expect(plan.files[1]?.notes.map(({ code }) => code)).toEqual(["write.no-shortcut"]);
  });
});
