import { describe, expect, it } from "vitest";
import { chipById } from "../chip/catalog.ts";
import { type LoaderKind, loaderTraits } from "../chip/loader-traits.ts";
import type { ChipId } from "../chip/types.ts";
import { isEspError } from "../errors.ts";
import { describePlan, type PlanContext, planWrite } from "./plan-write.ts";

function context(id: ChipId, kind: LoaderKind, more: Partial<PlanContext> = {}): PlanContext {
  const chip = chipById(id);
  return {
    chip,
    traits: loaderTraits(chip, kind, { usbOtg: false, secureDownload: false }),
    keepHeaders: false,
    settings: { mode: "keep", frequency: "keep", size: "keep" },
    compress: "auto",
    eraseAll: false,
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
            "md5": "1e07f33d1adeae2f210e56a3aaaf1c59",
            "name": "app.bin",
            "notes": [
              "Flash address 0x00010104 is not aligned to a 0x1000 byte flash sector. 0x104 bytes before this address will be erased.",
            ],
            "patched": {
              "digestUpdated": false,
              "parameters": null,
            },
            "sizeBytes": 5001,
            "warnings": [],
            "writeAddress": "0x00010104",
            "writtenBytes": 5004,
          },
        ],
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
            "md5": "7bad80c717ec12e66eab01f495570be3",
            "name": "app.bin",
            "notes": [
              "Flash address 0x00010104 is not aligned to a 0x1000 byte flash sector. 0x104 bytes before this address will be erased.",
            ],
            "patched": {
              "digestUpdated": false,
              "parameters": null,
            },
            "sizeBytes": 5001,
            "warnings": [],
            "writeAddress": "0x00010000",
            "writtenBytes": 5264,
          },
        ],
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
    expect(plan.files.map(({ encoded }) => encoded.compressed)).toEqual([false, true]);
    expect(plan.files[0]?.notes.map(({ code }) => code)).toEqual(["write.incompressible"]);
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
    expect(plan.files[0]?.erases).toBeNull();
    expect(plan.files[0]?.notes).toEqual([]);
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
      planWrite([{ address: 0, data: ramp }], context("esp8266", "rom", { compress: "always" }));
      expect.unreachable();
    } catch (error) {
      expect(isEspError(error, "argument.unsupported")).toBe(true);
    }
    expect(planWrite([{ address: 0, data: ramp }], context("esp8266", "rom")).compress).toBe(false);
  });

  it("plans 16 MB in one go", () => {
    const data = new Uint8Array(16 * 1024 * 1024);
    for (let index = 0; index < data.length; index++) data[index] = (index * 31) >> 9;
    const plan = planWrite([{ address: 0, data }], context("esp32s3", "stub"));
    const total = plan.files[0]?.encoded.blocks.reduce((sum, block) => sum + block.uncompressedBytes, 0);
    expect(total).toBe(data.length);
  });
});
