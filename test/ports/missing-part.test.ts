import { afterEach, describe, expect, it, vi } from "vitest";
import { equalBytes } from "../../src/core/bytes/words.ts";
import { chipById } from "../../src/core/chip/catalog.ts";
import { EspError } from "../../src/core/errors.ts";
import type { EspEvent } from "../../src/core/events.ts";
import { type WriteFlashOptions, writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { NO_MEMORY } from "../../src/core/host-memory.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { AfterMode, ConnectOptions, Session } from "../../src/core/session/session.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { fixtureImage } from "../support/image/fixture-image.ts";

/** As when a page was replaced by a newer one while it was open: files of the old one are gone. */
const missing: string[] = [];
function lose(path: string): void {
  missing.push(path);
  vi.doMock(path, () => {
    throw new Error("404");
  });
}

afterEach(() => {
  for (const path of missing.splice(0)) vi.doUnmock(path);
  vi.resetModules();
});

const DEFLATE = "../../src/core/bytes/deflate.ts";
const NO_ANSWER = "../../src/core/session/diagnose/no-answer.ts";
const DESCRIPTOR = "../../src/core/chip/descriptors/esp32c3.ts";
const STUB = "../../src/core/stub/generated/esp32c3.ts";

async function failure(work: Promise<unknown>): Promise<EspError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EspError) return error;
    throw error;
  }
  throw new Error("It did not fail.");
}

const app = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7919) >>> 5);

describe("a part that cannot be loaded while connecting", () => {
  it.each([
    ["the chip's facts", DESCRIPTOR, "chip esp32c3"],
    ["the stub", STUB, "stub esp32c3"],
  ])("%s: the port is closed, the chip runs its application", async (_what, path, part) => {
    lose(path);
    const chip = virtualChip("esp32c3");
    const how: string[] = [];
    const error = await failure(
      connect(chip.port, { onEvent: (event) => void (event.type === "reset.done" && how.push(event.how)) }),
    );
    expect(error).toMatchObject({ code: "package.part-missing", details: { part } });
    expect(error.hint).toContain("loaded again");
    expect(how).toEqual(["hard"]);
    await disconnect(await connect(chip.port, { stub: false, chips: [chipById("esp32c3")] }));
  });

  it("the chip's facts are not loaded where they are at hand", async () => {
    lose(DESCRIPTOR);
    const chips = [chipById("esp32"), chipById("esp32c3")];
    const session = await connect(virtualChip("esp32c3").port, { chips });
    expect(session.chip.id).toBe("esp32c3");
    await disconnect(session);
    const other = await failure(connect(virtualChip("esp32c3").port, { chips: [chipById("esp32")] }));
    expect(other.code).toBe("package.part-missing");
  });

  it.each<[string, string, string, ConnectOptions]>([
    [
      "what is remembered",
      "../../src/core/session/facts/what-was-learnt.ts",
      "what is remembered of boards",
      { memory: NO_MEMORY },
    ],
    [
      "custom resets",
      "../../src/core/session/reset/read-reset-sequence.ts",
      "custom reset sequences",
      { customHardResetSequence: "R1|W0.1|R0" },
    ],
  ])("%s: nothing was done to the lines, and who has none needs nothing", async (_what, path, part, options) => {
    lose(path);
    const chip = virtualChip("esp32c3");
    const seen: string[] = [];
    const onEvent = ({ type }: { readonly type: string }): void => void seen.push(type);
    const error = await failure(connect(chip.port, { ...options, onEvent }));
    expect(error).toMatchObject({ code: "package.part-missing", details: { part } });
    expect(seen).not.toContain("connect.reset");
    await disconnect(await connect(chip.port));
  });

  it.each<[string, VirtualChipOptions, string]>([
    ["nothing", { wiring: "no-rx" }, "connect.silence"],
    ["something", { lines: false, appText: "hello\n", appEveryMs: 10 }, "connect.garbage"],
  ])("what a failure means, where %s was heard: that there is one is told without", async (_what, options, code) => {
    lose(NO_ANSWER);
    await disconnect(await connect(virtualChip("esp32c3").port));
    const error = await failure(connect(virtualChip("esp32c3", options).port, { connectAttempts: 1 }));
    expect(error).toMatchObject({ code, details: { diagnosis: { code } }, cause: { code: "package.part-missing" } });
    expect(error.message).toContain("No chip answered");
    expect(error.hint).toContain("loaded again");
  });
});

const OTHER_RESETS = "../../src/core/session/reset/other-resets.ts";

describe("other ways to leave a chip, which cannot be loaded", () => {
  it.each<[AfterMode, string]>([
    ["soft-reset", "hard"],
    ["watchdog-reset", "hard"],
    ["no-reset", ""],
  ])("%s: told, and the chip is left as can be done without", async (reset, done) => {
    const chip = virtualChip("esp32c3");
    const told: string[] = [];
    const onEvent = (event: EspEvent): void => {
      if (event.type === "warning") told.push(event.code);
      if (event.type === "reset.done") told.push(event.how);
    };
    const session = await connect(chip.port, { onEvent, stub: false });
    lose(OTHER_RESETS);
    await disconnect(session, { reset });
    expect(told).toEqual(["reset.plain", done].filter((word) => word !== ""));
    vi.doUnmock(OTHER_RESETS);
    await disconnect(await connect(chip.port));
  });

  it("a chip to which more is said before its reset: told while connecting, which resets it by its lines", async () => {
    lose(OTHER_RESETS);
    const told: string[] = [];
    const onEvent = (event: EspEvent): void => void (event.type === "reset.done" && told.push(event.how));
    const error = await failure(connect(virtualChip("esp32s3").port, { onEvent }));
    expect(error).toMatchObject({ code: "package.part-missing", details: { part: "other ways to leave a chip" } });
    expect(told).toEqual(["hard"]);
  });
});

describe("a part that cannot be loaded while writing", () => {
  async function bench(): Promise<{ readonly chip: VirtualChip; readonly session: Session }> {
    const chip = virtualChip("esp32c3");
    const session = await connect(chip.port);
    await writeFlash(session, [{ address: 0x10000, data: app }]);
    return { chip, session };
  }

  type Row = [what: string, path: string, part: string, file: object, options: WriteFlashOptions];
  it.each<Row>([
    ["the compressor", DEFLATE, "the compressor", {}, {}],
    [
      "header patching",
      "../../src/core/image/firmware/rewrite-header.ts",
      "what changes image headers",
      { address: 0, data: fixtureImage("repro-boot.bin") },
      { flashMode: "dio" },
    ],
    [
      "encryption",
      "../../src/core/flash/guard/check-encryption.ts",
      "the rules of encrypted writes",
      { encrypted: true },
      {},
    ],
    [
      "recognising other files",
      "../../src/core/image/recognise-contents.ts",
      "what recognises files that are no firmware",
      {},
      {},
    ],
    [
      "what is wrong with an image",
      "../../src/core/flash/guard/image-verdict.ts",
      "the rules of damaged images",
      { address: 0, data: fixtureImage("repro-boot.bin").with(40, 7) },
      {},
    ],
    [
      "names of pins",
      "../../src/core/flash/setup/parse-spi-connection.ts",
      "the names of flash pins",
      {},
      { spiConnection: "SPI" },
    ],
    [
      "leaving out what is there",
      "../../src/core/flash/write/shortcuts.ts",
      "what leaves out of a write what is there",
      { previous: app },
      {},
    ],
    ["erasing all", "../../src/core/flash/erase/erase-chip.ts", "erasing the whole flash", {}, {}],
    ["the stub, which a lost port would need", STUB, "stub esp32c3", {}, {}],
  ])("%s: nothing is erased, and the session goes on", async (_what, path, part, file, options) => {
    const { chip, session } = await bench();
    lose(path);
    const before = chip.flash.read(0, 0x20000);
    const files = [{ address: 0x10000, data: app.map((byte) => byte ^ 0xff), ...file }];
    const error = await failure(writeFlash(session, files, { ...options, eraseAll: true }));
    expect(error).toMatchObject({ code: "package.part-missing", details: { part } });
    expect(equalBytes(chip.flash.read(0, 0x20000), before)).toBe(true);
    vi.doUnmock(path);
    vi.resetModules();
    const again = await writeFlash(session, [{ address: 0x10000, data: app }]);
    expect(again.files[0]?.verified).toBe("md5");
    await disconnect(session);
  });

  it.each<[string, number, string]>([
    ["nothing", 0xff, "flash.write-empty"],
    ["something else", 0x00, "flash.verify-failed"],
  ])("why a proof failed, where flash holds %s: that it did is told without", async (_what, byte, code) => {
    const { chip, session } = await bench();
    lose("../../src/core/flash/write/explain-mismatch.ts");
    chip.flash.program = () => {};
    chip.flash.place(0x40000, new Uint8Array(0x5000).fill(byte));
    chip.flash.erase = () => {};
    const error = await failure(writeFlash(session, [{ address: 0x40000, data: app, name: "app.bin" }]));
    expect(error).toMatchObject({ code, details: { file: "app.bin", firstBadAddress: 0x40000 } });
    await disconnect(session);
  });

  it("the search for the best rate: all is written at the rate there is", async () => {
    lose("../../src/core/session/climb/rate-search.ts");
    const chip = virtualChip("esp32c3");
    const told: string[] = [];
    const onEvent = (event: EspEvent): void => void (event.type === "note" && told.push(event.code));
    const session = await connect(chip.port, { onEvent });
    const much = Uint8Array.from({ length: 60_000 }, (_, index) => (index * index * 7919) >>> 7);
    for (const data of [much, much.map((byte) => byte ^ 0xff)]) {
      const { files } = await writeFlash(session, [{ address: 0x10000, data }], { compress: "never" });
      expect(files[0]?.verified).toBe("md5");
      expect(equalBytes(chip.flash.read(0x10000, data.length), data)).toBe(true);
    }
    expect(session.baudRate).toBe(115_200);
    expect(told.filter((code) => code === "baud.no-search")).toHaveLength(1);
    await disconnect(session);
  });

  it("mending of a flash chip that woke up wrong: told, and the rest goes on", async () => {
    lose("../../src/core/flash/setup/mend-xmc.ts");
    const sfdp = new Uint8Array(32);
    sfdp.set([0x53, 0x46, 0x44, 0x50]);
    sfdp[0x10] = 0x20;
    const chip = virtualChip("esp32c3", { silicon: { flash: { jedecId: [0x11, 0x40, 0x16], sfdp } } });
    const told: string[] = [];
    const onEvent = (event: EspEvent): void => void (event.type === "note" && told.push(event.code));
    const session = await connect(chip.port, { onEvent });
    const { files } = await writeFlash(session, [{ address: 0x40000, data: app }]);
    expect(files[0]?.verified).toBe("md5");
    expect(told).toContain("flash.xmc-check-failed");
    await disconnect(session);
  });

  it("the compressor: not needed for what is sent plain", async () => {
    const { chip, session } = await bench();
    lose(DEFLATE);
    await writeFlash(session, [{ address: 0x40000, data: app }], { compress: "never" });
    expect(equalBytes(chip.flash.read(0x40000, app.length), app)).toBe(true);
    await disconnect(session);
  });
});
