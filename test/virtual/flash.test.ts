import { describe, expect, it } from "vitest";
import { concatBytes, equalBytes } from "../../src/core/bytes/words.ts";
import { CHIPS } from "../../src/core/chip/catalog.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import { type ErrorCode, EspError } from "../../src/core/errors.ts";
import type { EspEvent } from "../../src/core/events.ts";
import { eraseFlash, eraseRegion } from "../../src/core/flash/erase/erase.ts";
import type { FlashFile } from "../../src/core/flash/guard/file-to-write.ts";
import { readFlash } from "../../src/core/flash/read/read-flash.ts";
import { verifyFlash } from "../../src/core/flash/read/verify-flash.ts";
import { readFlashId, readFlashSfdp } from "../../src/core/flash/setup/flash-id.ts";
import { readFlashStatus, writeFlashStatus } from "../../src/core/flash/setup/status.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { ConnectOptions, Session } from "../../src/core/session/session.ts";
import {
  ERASE_REGION,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  FLASH_DEFL_END,
  READ_FLASH_SLOW,
  READ_REG,
  SPI_FLASH_MD5,
} from "../../src/core/wire/commands.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: EspEvent[];
  types(): string[];
}

async function bench(id: ChipId, options: VirtualChipOptions = {}, connecting: ConnectOptions = {}): Promise<Bench> {
  const chip = virtualChip(id, options);
  const events: EspEvent[] = [];
  const session = await connect(chip.port, {
    baudRate: 921600,
    ...connecting,
    onEvent: (event) => {
      events.push(event);
    },
  });
  return { chip, session, events, types: () => events.map(({ type }) => type) };
}

/** Neither empty nor random: half of it compresses. */
function contents(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length: sizeBytes }, (_, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return index % 256 < 128 ? index >>> 8 : state >>> 24;
  });
}

function noise(sizeBytes: number): Uint8Array<ArrayBuffer> {
  let state = 99;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | "none"> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EspError) return error.code;
    throw error;
  }
  return "none";
}

function sameInFlash(chip: VirtualChip, address: number, data: Uint8Array<ArrayBuffer>): boolean {
  return equalBytes(chip.flash.read(address, data.length), data);
}

const ids = CHIPS.map(({ id }) => id);
const withStub = CHIPS.filter(({ stubs }) => stubs.length > 0).map(({ id }) => id);

describe("every chip", () => {
  it.each(withStub)("%s with its stub: write, verify, read, erase", async (id) => {
    const { chip, session, types } = await bench(id);
    expect(session.loader).toBe("stub");
    const data = contents(70_001);
    const result = await writeFlash(session, [{ address: 0x10104, data, name: "app" }]);
    expect(result.files[0]).toMatchObject({ verified: "md5", skipped: false, sizeBytes: 70_001, writtenBytes: 70_004 });
    expect(result.files[0]?.compressedBytes).toBeLessThan(70_000);
    expect(sameInFlash(chip, 0x10104, data)).toBe(true);
    expect(chip.flash.counters.bytesNotErased).toBe(0);
    expect(types()).toContain("verify.matched");
    expect(await verifyFlash(session, [{ address: 0x10104, data }])).toMatchObject({ matched: true });
    const read = await readFlash(session, { address: 0x10000, sizeBytes: 80_000 });
    expect(equalBytes(read.data, chip.flash.read(0x10000, 80_000))).toBe(true);
    await eraseRegion(session, { address: 0x11000, sizeBytes: 0x2000 });
    expect(chip.flash.read(0x11000, 0x2000).every((byte) => byte === 0xff)).toBe(true);
    expect(sameInFlash(chip, 0x10104, data.subarray(0, 0xefc))).toBe(true);
    await eraseFlash(session);
    expect(chip.flash.isBlank()).toBe(true);
    await disconnect(session);
  });

  it.each(ids)("%s through its ROM: write, verify, read, erase", async (id) => {
    const { chip, session, types } = await bench(id, {}, { stub: false });
    expect(session.loader).toBe("rom");
    const data = contents(9_001);
    const isEsp8266 = id === "esp8266";
    const result = await writeFlash(session, [{ address: 0x10104, data, name: "app" }]);
    expect(result.files[0]).toMatchObject({
      verified: isEsp8266 ? "impossible" : "md5",
      compressedBytes: null,
      writtenBytes: 9_004 + 0x104,
    });
    expect(sameInFlash(chip, 0x10104, data)).toBe(true);
    expect(chip.flash.counters.bytesNotErased).toBe(0);
    expect(types()).toContain(isEsp8266 ? "verify.impossible" : "verify.matched");
    expect(types()).toContain("write.erased");
    const region = { address: 0x10000, sizeBytes: 0x1000 };
    expect(await codeOf(eraseFlash(session))).toBe("stub.required");
    if (isEsp8266) {
      expect(await codeOf(verifyFlash(session, [{ address: 0x10104, data }]))).toBe("flash.verify-unsupported");
      expect(await codeOf(readFlash(session, region))).toBe("stub.required");
      expect(await codeOf(eraseRegion(session, region))).toBe("stub.required");
    } else {
      expect(await verifyFlash(session, [{ address: 0x10104, data }])).toMatchObject({ matched: true });
      const read = await readFlash(session, { address: 0x10104, sizeBytes: 1001 });
      expect(equalBytes(read.data, data.subarray(0, 1001))).toBe(true);
      await eraseRegion(session, region);
      expect(chip.flash.read(0x10000, 0x1000).every((byte) => byte === 0xff)).toBe(true);
      expect(sameInFlash(chip, 0x11000, data.subarray(0xefc))).toBe(true);
    }
    await disconnect(session);
  });

  it.each(ids.filter((id) => id !== "esp8266"))("%s takes compressed data through its ROM", async (id) => {
    const { chip, session } = await bench(id, {}, { stub: false });
    const data = contents(9_001);
    const result = await writeFlash(session, [{ address: 0x20000, data }], { compress: "always" });
    expect(result.files[0]?.compressedBytes).toBeLessThan(9_000);
    expect(sameInFlash(chip, 0x20000, data)).toBe(true);
  });
});

describe("round trips", () => {
  it.each(["esp32c3", "esp32", "esp32s3", "esp8266"] as const)("%s: a small write costs at most 20", async (id) => {
    const { session } = await bench(id);
    const before = live(session).link.counters.exchanges;
    await writeFlash(session, [{ address: 0x10000, data: contents(10_000) }]);
    expect(live(session).link.counters.exchanges - before).toBeLessThanOrEqual(20);
  });

  it.each(["esp32c3", "esp32"] as const)("%s: at most 40 from the first SYNC to the verified end", async (id) => {
    const { session } = await bench(id);
    await writeFlash(session, [{ address: 0x10000, data: contents(10_000) }]);
    expect(live(session).link.counters.exchanges).toBeLessThanOrEqual(40);
  });

  it("a second write does not attach again", async () => {
    const { session } = await bench("esp32c3");
    await writeFlash(session, [{ address: 0x10000, data: contents(10_000) }]);
    const before = live(session).link.counters.exchanges;
    await writeFlash(session, [{ address: 0x20000, data: contents(10_000) }], { skip: false });
    // BEGIN, one block, END, MD5.
    expect(live(session).link.counters.exchanges - before).toBe(4);
  });
});

describe("files", () => {
  it("compresses each file on its own merits", async () => {
    const { chip, session } = await bench("esp32c3");
    const files = [
      { address: 0x50000, data: new Uint8Array(0), name: "nothing" },
      { address: 0x10000, data: noise(40_000), name: "noise" },
      { address: 0x30000, data: contents(40_000), name: "app" },
    ];
    const { files: written } = await writeFlash(session, files);
    expect(written.map(({ name }) => name)).toEqual(["nothing", "noise", "app"]);
    const byName = new Map(written.map((file) => [file.name, file]));
    expect(byName.get("noise")?.compressedBytes).toBeNull();
    expect(byName.get("app")?.compressedBytes).not.toBeNull();
    expect(byName.get("nothing")?.skipped).toBe(true);
    for (const { address, data } of files) expect(sameInFlash(chip, address, data)).toBe(true);
  });

  it("keeps a file whose next sector the ESP8266's ROM erases along with the one before", async () => {
    const { chip, session } = await bench("esp8266", {}, { stub: false });
    const files = [0x22000, 0x21000, 0x20000].map((address) => ({ address, data: noise(1000) }));
    const { files: written } = await writeFlash(session, files);
    for (const { address, data } of files) expect(sameInFlash(chip, address, data)).toBe(true);
    expect(written.map(({ address }) => address)).toEqual([0x22000, 0x21000, 0x20000]);
  });

  it("says what it erases before an unaligned start and leaves the rest alone", async () => {
    const old = contents(0x4000, 5);
    const { chip, session, events } = await bench("esp32c3", { contents: [{ address: 0x10000, bytes: old }] });
    await writeFlash(session, [{ address: 0x11c00, data: contents(0x400), name: "x" }]);
    expect(events).toContainEqual(expect.objectContaining({ type: "note", code: "flash.erases-before" }));
    expect(events).toContainEqual(expect.objectContaining({ type: "write.erases", start: 0x11000, end: 0x11fff }));
    expect(sameInFlash(chip, 0x10000, old.subarray(0, 0x1000))).toBe(true);
    expect(sameInFlash(chip, 0x12000, old.subarray(0x2000))).toBe(true);
    expect(chip.flash.read(0x11000, 0xc00).every((byte) => byte === 0xff)).toBe(true);
  });

  it("detects the size, patches the header and verifies what it wrote", async () => {
    const { chip, session, events } = await bench("esp32c3");
    const image = new Uint8Array(32);
    image.set([0xe9, 0, 2, 0x00]);
    image[12] = 5;
    image.set([0xff, 0xff], 17);
    const options = { flashSize: "detect", flashMode: "qio", flashFrequency: "80m" } as const;
    await writeFlash(session, [{ address: 0, data: image, name: "boot" }], options);
    expect([...chip.flash.read(0, 4)]).toEqual([0xe9, 0, 0, 0x2f]);
    expect(events).toContainEqual(expect.objectContaining({ type: "flash.size-detected", name: "4MB" }));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "flash.parameters-patched", mode: 0, sizeFrequency: 0x2f }),
    );
    expect(await verifyFlash(session, [{ address: 0, data: image }], options)).toMatchObject({ matched: true });
    expect(await verifyFlash(session, [{ address: 0, data: image }])).toMatchObject({ matched: false });
  });

  it("erases all first when asked", async () => {
    const { chip, session } = await bench("esp32c3", {
      contents: [{ address: 0x300000, bytes: contents(100) }],
    });
    const data = contents(5000);
    await writeFlash(session, [{ address: 0x10000, data }], { eraseAll: true });
    expect(chip.flash.read(0x300000, 100).every((byte) => byte === 0xff)).toBe(true);
    expect(sameInFlash(chip, 0x10000, data)).toBe(true);
  });

  it("refuses what does not fit, before anything is erased", async () => {
    const { chip, session } = await bench("esp32c3");
    const files = [{ address: 0x3ff000, data: contents(0x1001) }];
    expect(await codeOf(writeFlash(session, files))).toBe("flash.does-not-fit");
    expect(await codeOf(writeFlash(session, files, { force: true }))).toBe("flash.does-not-fit");
    expect(chip.flash.counters.erasesPerSector.size).toBe(0);
  });

  it("refuses to write or erase what security features stand on", async () => {
    const silicon = { flashEncryption: true, manualEncryptDisabled: true, secureBoot: true };
    const { session } = await bench("esp32c6", { silicon });
    const file = { address: 0x10000, data: contents(100) };
    expect(await codeOf(writeFlash(session, [file]))).toBe("flash.guard-encryption");
    expect(await codeOf(eraseFlash(session))).toBe("flash.security-active");
    expect(await codeOf(eraseRegion(session, { address: 0x1000, sizeBytes: 0x1000 }))).toBe("flash.security-active");
    expect(await codeOf(writeFlash(session, [file], { force: true }))).toBe("none");
    expect(await codeOf(eraseFlash(session, { force: true }))).toBe("none");
  });
});

describe("security features of the ESP32", () => {
  const word6 = 0x3ff5a018;
  const erase = async (bits: number, major: number): Promise<string> => {
    const silicon = { revision: { major, minor: 0 }, efuses: [[word6, bits]] as const };
    return await codeOf(eraseFlash((await bench("esp32", { silicon })).session));
  };
  it("counts Secure Boot V2 only from revision 3 on", async () => {
    expect(await erase(1 << 5, 3)).toBe("flash.security-active");
    expect(await erase(1 << 5, 1)).toBe("none");
  });
  it("counts Secure Boot V1 always, and protects the bootloader of such a chip", async () => {
    expect(await erase(1 << 4, 1)).toBe("flash.security-active");
    const { session } = await bench("esp32", { silicon: { efuses: [[word6, 1 << 4]] } });
    const file = { address: 0x1000, data: contents(100) };
    expect(await codeOf(writeFlash(session, [file]))).toBe("flash.guard-secure-boot");
  });
});

describe("Secure Download Mode", () => {
  const silicon = { secureDownload: true };
  it("writes without compression, registers and proof", async () => {
    const { chip, session, events } = await bench("esp32c3", { silicon });
    const data = contents(9_001);
    const result = await writeFlash(session, [{ address: 0x10000, data }]);
    expect(result.files[0]).toMatchObject({ verified: "impossible", compressedBytes: null });
    expect(sameInFlash(chip, 0x10000, data)).toBe(true);
    expect(events).toContainEqual(expect.objectContaining({ type: "warning", code: "flash.header-kept" }));
  });
  it("erases a region and refuses what cannot be", async () => {
    const { chip, session } = await bench("esp32c3", {
      silicon,
      contents: [{ address: 0x10000, bytes: contents(0x1000) }],
    });
    await eraseRegion(session, { address: 0x10000, sizeBytes: 0x1000 });
    expect(chip.flash.isBlank()).toBe(true);
    expect(await codeOf(writeFlash(session, [], { flashSize: "detect" }))).toBe("chip.secure-download");
    expect(await codeOf(readFlash(session, { address: 0, sizeBytes: 4 }))).toBe("chip.secure-download");
    expect(await codeOf(readFlashId(session))).toBe("chip.secure-download");
    expect(await codeOf(eraseRegion(session, { address: 0, sizeBytes: "all" }))).toBe("flash.unknown-size");
  });
});

describe("reliability of writing", () => {
  const data = concatBytes([noise(150_000), contents(200_000)]);
  const file = { address: 0x10000, data, name: "app" };

  async function writeWith(
    prepare: (chip: VirtualChip) => void,
    connecting: ConnectOptions = {},
    payload: FlashFile = file,
  ): Promise<Bench> {
    const made = await bench("esp32c3", {}, connecting);
    prepare(made.chip);
    const result = await writeFlash(made.session, [payload]);
    expect(result.files[0]?.verified).toBe("md5");
    expect(sameInFlash(made.chip, payload.address, payload.data)).toBe(true);
    expect(made.chip.flash.counters.bytesNotErased).toBe(0);
    return made;
  }

  it.each([
    ["a lost acknowledgement", (chip) => chip.faults.dropNextReply({ opcode: FLASH_DEFL_DATA.opcode, skip: 5 })],
    ["a garbled acknowledgement", (chip) => chip.faults.corruptNextReply({ opcode: FLASH_DEFL_DATA.opcode, skip: 5 })],
    ["a short acknowledgement", (chip) => chip.faults.dropReplyByte(9, { opcode: FLASH_DEFL_DATA.opcode, skip: 5 })],
    ["a lost block", (chip) => chip.faults.dropNextRequest({ opcode: FLASH_DEFL_DATA.opcode, skip: 5 })],
    ["a lost answer to BEGIN", (chip) => chip.faults.dropNextReply({ opcode: FLASH_DEFL_BEGIN.opcode })],
    ["a lost last answer", (chip) => chip.faults.dropNextReply({ opcode: FLASH_DEFL_END.opcode })],
    ["a late acknowledgement", (chip) => chip.faults.delayNextReply(3500, { opcode: FLASH_DEFL_DATA.opcode, skip: 2 })],
    [
      "three lost acknowledgements",
      (chip) => chip.faults.dropNextReply({ opcode: FLASH_DEFL_DATA.opcode, skip: 3, times: 3 }),
    ],
    ["a damaged digest", (chip) => chip.faults.corruptFrameByte(12, 0x01, { opcode: SPI_FLASH_MD5.opcode })],
    ["a lost digest", (chip) => chip.faults.dropNextReply({ opcode: SPI_FLASH_MD5.opcode })],
    ["a sector that fails to erase once", (chip) => chip.faults.failSector(0x20000, "erase", { times: 1 })],
    ["a sector that fails to program once", (chip) => chip.faults.failSector(0x30000, "program", { times: 1 })],
    ["a register read that gets lost", (chip) => chip.faults.dropNextReply({ opcode: READ_REG.opcode, skip: 2 })],
  ] as readonly (readonly [string, (chip: VirtualChip) => void])[])("stub: %s", async (_name, prepare) => {
    await writeWith(prepare);
  });

  it("never sends a block twice in one write, and resumes where flash is good", async () => {
    const { types, events } = await writeWith((chip) =>
      chip.faults.dropNextReply({ opcode: FLASH_DEFL_DATA.opcode, skip: 8 }),
    );
    const resumed = events.filter((event) => event.type === "write.resumed");
    expect(resumed).toHaveLength(1);
    expect(resumed[0]?.goodBytes).toBeGreaterThan(8 * 0x4000 - 0x4000);
    expect(types().filter((type) => type === "write.file")).toHaveLength(1);
  });

  it("finds all of a file in flash when only the last answer is lost", async () => {
    const { events } = await writeWith((chip) => chip.faults.dropNextReply({ opcode: FLASH_DEFL_END.opcode }));
    expect(events).toContainEqual(expect.objectContaining({ type: "write.resumed", goodBytes: data.length }));
  });

  it.each([
    ["a lost acknowledgement", (chip) => chip.faults.dropNextReply({ opcode: FLASH_DATA.opcode, skip: 5 })],
    ["a lost block", (chip) => chip.faults.dropNextRequest({ opcode: FLASH_DATA.opcode, skip: 5 })],
    ["a garbled opcode", (chip) => chip.faults.corruptNextRequest({ opcode: FLASH_DATA.opcode, skip: 5 })],
  ] as readonly (readonly [string, (chip: VirtualChip) => void])[])("ROM: %s", async (_name, prepare) => {
    await writeWith(prepare, { stub: false }, { ...file, data: contents(20_000) });
  });

  it("goes on after the sectors that were answered for where the loader has no digests", async () => {
    const { chip, session, events } = await bench("esp8266", {}, { stub: false });
    chip.faults.dropNextReply({ opcode: FLASH_DATA.opcode, skip: 5 });
    const payload = contents(20_000);
    await writeFlash(session, [{ address: 0x10000, data: payload }]);
    expect(events).toContainEqual(expect.objectContaining({ type: "write.resumed", goodBytes: 0x1000 }));
    expect(sameInFlash(chip, 0x10000, payload)).toBe(true);
  });

  it.each([1, 2, 3])("survives a noisy line in both directions, seed %i", async (seed) => {
    const { chip, session, events } = await bench("esp32c3");
    await readFlashId(session);
    chip.faults.soak(seed, 30_000);
    const result = await writeFlash(session, [file]);
    expect(result.files[0]?.verified).toBe("md5");
    expect(sameInFlash(chip, file.address, data)).toBe(true);
    expect(events).toContainEqual(expect.objectContaining({ type: "note", code: "write.sent-again" }));
    const read = await readFlash(session, { address: file.address, sizeBytes: data.length });
    expect(equalBytes(read.data, data)).toBe(true);
  });

  it("goes on in regions that end with a sector when a large, unaligned file had trouble", async () => {
    const large = { address: 0x10204, data: contents(1_500_000), name: "large" };
    const { chip } = await writeWith(
      (made) => made.faults.dropNextReply({ opcode: FLASH_DEFL_DATA.opcode, skip: 1 }),
      {},
      large,
    );
    // Nothing but what the lost answer left unfinished is erased twice; in 64 KB blocks, as stubs erase ahead.
    const erasedTwice = [...chip.flash.counters.erasesPerSector].filter(([, times]) => times > 1);
    expect(erasedTwice.length).toBeLessThan(48);
    expect(erasedTwice.every(([sector]) => sector < 0x50000)).toBe(true);
  });

  it("does not believe one bad digest", async () => {
    const { events } = await writeWith((chip) =>
      chip.faults.corruptFrameByte(12, 0x01, { opcode: SPI_FLASH_MD5.opcode }),
    );
    expect(events).not.toContainEqual(expect.objectContaining({ code: "write.repairing" }));
  });

  it.each([7, 8, 9])("ends right over a line that garbles one byte in 20,000: seed %d", async (seed) => {
    const chip = virtualChip("esp32c3");
    const session = await connect(chip.port, { baudRate: 921600 });
    chip.faults.soak(seed, 20_000);
    const compressible = data.map((byte) => byte & 0x3f);
    await writeFlash(session, [{ ...file, data: compressible }]);
    expect(sameInFlash(chip, file.address, compressible)).toBe(true);
  });

  it("makes blocks smaller after trouble", async () => {
    const chip = virtualChip("esp32c3");
    const blockSizes: number[] = [];
    const session = await connect(chip.port, {
      baudRate: 921600,
      trace: true,
      onEvent: (event) => {
        if (event.type === "trace" && event.what === "write" && event.bytes[2] === FLASH_DEFL_BEGIN.opcode)
          blockSizes.push((event.bytes[17] ?? 0) | ((event.bytes[18] ?? 0) << 8));
      },
    });
    chip.faults.dropNextRequest({ opcode: FLASH_DEFL_DATA.opcode, skip: 3, times: 3 });
    // Of which any part is smaller when it is compressed.
    const compressible = data.map((byte) => byte & 0x3f);
    await writeFlash(session, [{ ...file, data: compressible }]);
    expect(sameInFlash(chip, file.address, compressible)).toBe(true);
    // Header of 8 bytes and three words before the block size, behind the delimiter; no byte of these is escaped.
    expect(blockSizes.slice(0, 4)).toEqual([0x4000, 0x1000, 0x400, 0x400]);
  });

  it("gives up on a sector that never takes data, and says where", async () => {
    const { chip, session } = await bench("esp32c3");
    chip.faults.failSector(0x30000, "program");
    try {
      await writeFlash(session, [file]);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "flash.write-failed", details: { address: 0x30000 } });
    }
  });

  it("ends with a clear error when the port goes away", async () => {
    const { chip, session } = await bench("esp32c3");
    chip.faults.unplugAfterHostBytes(100_000);
    expect(await codeOf(writeFlash(session, [file]))).toBe("port.lost");
    await disconnect(session);
  });

  it("tells a brown-out from a lost answer", async () => {
    const { chip, session } = await bench("esp32c3");
    chip.faults.brownOutAt("program", 0x30000);
    expect(await codeOf(writeFlash(session, [file]))).toBe("link.desynchronised");
    await disconnect(session);
  });

  it("stops between blocks when told to, and stays usable", async () => {
    const chip = virtualChip("esp32c3");
    const controller = new AbortController();
    let progress = 0;
    let resumed = 0;
    const session = await connect(chip.port, {
      baudRate: 921600,
      onEvent: (event) => {
        if (event.type === "progress" && event.phase === "write" && ++progress === 4)
          chip.clock.after(20, () => controller.abort());
        if (event.type === "write.resumed") resumed++;
      },
    });
    expect(await codeOf(writeFlash(session, [file], { signal: controller.signal }))).toBe("operation.aborted");
    expect(await codeOf(writeFlash(session, [file]))).toBe("none");
    // The answer that came late was cleared away first, so nothing had to be recovered from.
    expect(resumed).toBe(0);
    expect(sameInFlash(chip, file.address, data)).toBe(true);
    await disconnect(session);
  });
});

describe("verification", () => {
  const data = contents(100_000);
  const file = { address: 0x10000, data, name: "app" };

  it("repairs what went wrong unnoticed, and only that", async () => {
    const { chip, session, events } = await bench("esp32c3");
    let spoilt = false;
    const original = chip.flash.program.bind(chip.flash);
    chip.flash.program = (address, bytes, completed) => {
      original(address, bytes, completed);
      if (spoilt || address < 0x14000) return;
      spoilt = true;
      chip.flash.place(0x12345, Uint8Array.of(0));
    };
    await writeFlash(session, [file]);
    expect(spoilt).toBe(true);
    expect(sameInFlash(chip, 0x10000, data)).toBe(true);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "warning",
        code: "write.repairing",
        details: { file: "app", spans: [{ offset: 0x2000, sizeBytes: 0x1000, address: 0x12000 }] },
      }),
    );
    // Blank before the first time, so only the second had anything to erase.
    expect([...chip.flash.counters.erasesPerSector]).toEqual([[0x12000, 1]]);
  });

  it("fails with both digests and the first bad sector when repair does not help", async () => {
    const { chip, session } = await bench("esp32c3");
    const original = chip.flash.program.bind(chip.flash);
    chip.flash.program = (address, bytes, completed) => {
      original(address, bytes, completed);
      chip.flash.place(0x12345, Uint8Array.of(0));
    };
    try {
      await writeFlash(session, [file]);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: "flash.verify-failed",
        details: { firstBadAddress: 0x12000, expectedMd5: expect.any(String), flashMd5: expect.any(String) },
      });
    }
  });

  it("says so when nothing at all was written", async () => {
    const { chip, session } = await bench("esp32c3");
    chip.flash.program = () => {};
    expect(await codeOf(writeFlash(session, [file]))).toBe("flash.write-empty");
  });

  it("lists differences, reading back only what differs", async () => {
    const inFlash = data.slice();
    inFlash[5] = 0x11 ^ (data[5] ?? 0);
    inFlash[50_000] = 0x22 ^ (data[50_000] ?? 0);
    const { session, events } = await bench("esp32c3", { contents: [{ address: 0x10000, bytes: inFlash }] });
    const result = await verifyFlash(session, [file], { diff: true });
    expect(result.matched).toBe(false);
    const row = (offset: number) => ({
      address: 0x10000 + offset,
      sizeBytes: 16,
      count: 1,
      flash: inFlash.slice(offset, offset + 16),
      file: data.slice(offset, offset + 16),
    });
    expect(result.files[0]?.differences).toEqual({
      count: 2,
      firstAddress: 0x10005,
      lastAddress: 0x10000 + 50_000,
      runs: [row(0), row(50_000)],
    });
    const read = events.filter((event) => event.type === "progress" && event.phase === "read");
    expect(read).toHaveLength(2);
  });

  it("counts all differences and shows where they begin", async () => {
    const { session } = await bench("esp32c3");
    const result = await verifyFlash(session, [{ address: 0, data: new Uint8Array(10_000) }], { diff: true });
    expect(result.files[0]?.differences?.count).toBe(10_000);
    const runs = result.files[0]?.differences?.runs ?? [];
    expect(runs.map(({ address, sizeBytes, count }) => ({ address, sizeBytes, count }))).toEqual([
      { address: 0, sizeBytes: 10_000, count: 10_000 },
    ]);
    expect(runs[0]?.file).toEqual(new Uint8Array(128));
    const plain = await verifyFlash(session, [{ address: 0, data: new Uint8Array(10_000) }]);
    expect(plain.files[0]).toMatchObject({ matched: false, differences: null });
  });
});

describe("reading", () => {
  const stored = contents(700_000);
  const options = { contents: [{ address: 0x20000, bytes: stored }] };

  it("reads all of the flash, or all from an address on", async () => {
    const { chip, session } = await bench("esp32c3", options);
    const { data } = await readFlash(session, { address: 0, sizeBytes: "all" });
    expect(equalBytes(data, chip.flash.read(0, 4 << 20))).toBe(true);
    expect((await readFlash(session, { address: 0x3ff000, sizeBytes: "all" })).data).toHaveLength(0x1000);
  });

  it.each([
    ["a lost frame", (chip) => chip.faults.atChipByte(300_000, { do: "drop", count: 1500 })],
    ["a changed byte", (chip) => chip.faults.atChipByte(300_000, { do: "corrupt", mask: 0x01 })],
    ["a byte too many", (chip) => chip.faults.atChipByte(300_000, { do: "duplicate", count: 1 })],
    ["an acknowledgement lost", (chip) => chip.faults.atHostByte(300, { do: "drop", count: 4 })],
    ["a pause", (chip) => chip.faults.atChipByte(300_000, { do: "delay", ms: 4000 })],
  ] as readonly (readonly [string, (chip: VirtualChip) => void])[])("gets over %s", async (_name, prepare) => {
    const { chip, session } = await bench("esp32c3", options);
    prepare(chip);
    const { data } = await readFlash(session, { address: 0x20000, sizeBytes: stored.length });
    expect(equalBytes(data, stored)).toBe(true);
    expect(live(session).link.counters.resynchronisations).toBeGreaterThan(0);
  });

  it("gets over a lost answer of the ROM", async () => {
    const { chip, session } = await bench("esp32c3", options, { stub: false });
    chip.faults.dropNextReply({ opcode: READ_FLASH_SLOW.opcode, skip: 3 });
    const { data } = await readFlash(session, { address: 0x20000, sizeBytes: 1000 });
    expect(equalBytes(data, stored.subarray(0, 1000))).toBe(true);
  });

  it("refuses what is not there", async () => {
    const { session } = await bench("esp32c3");
    expect(await codeOf(readFlash(session, { address: 0, sizeBytes: 0x400001 }))).toBe("flash.out-of-range");
    expect(await codeOf(readFlash(session, { address: 0x400000, sizeBytes: 1 }))).toBe("flash.out-of-range");
    expect(await codeOf(readFlash(session, { address: -4, sizeBytes: 1 }))).toBe("argument.invalid");
  });

  it("stays usable after it was stopped in the middle", async () => {
    const chip = virtualChip("esp32c3", options);
    const controller = new AbortController();
    const session = await connect(chip.port, {
      baudRate: 921600,
      onEvent: (event) => {
        if (event.type === "progress" && event.phase === "read" && event.done > 100_000) controller.abort();
      },
    });
    const range = { address: 0x20000, sizeBytes: stored.length };
    expect(await codeOf(readFlash(session, range, { signal: controller.signal }))).toBe("operation.aborted");
    // The stub still waits for an acknowledgement, and would have taken the next command for one.
    const start = chip.clock.now();
    await writeFlash(session, [{ address: 0x1000, data: contents(100) }]);
    expect(chip.clock.now() - start).toBeLessThan(live(session).limits.defaultMs);
    await disconnect(session);
  });
});

describe("erasing", () => {
  it("wants whole sectors within the flash", async () => {
    const { session } = await bench("esp32c3");
    const erase = (address: number, sizeBytes: number): Promise<string> =>
      codeOf(eraseRegion(session, { address, sizeBytes }));
    expect(await erase(0x800, 0x1000)).toBe("flash.unaligned");
    expect(await erase(0x1000, 0x800)).toBe("flash.unaligned");
    expect(await erase(0x3ff000, 0x2000)).toBe("flash.out-of-range");
    expect(await erase(0x3ff000, 0x1000)).toBe("none");
  });

  it("repeats a request whose answer was lost", async () => {
    const { chip, session } = await bench("esp32c3", { contents: [{ address: 0, bytes: contents(0x3000) }] });
    chip.faults.dropNextReply({ opcode: ERASE_REGION.opcode });
    await eraseRegion(session, { address: 0, sizeBytes: 0x3000 });
    expect(chip.flash.isBlank()).toBe(true);
  });

  it("reports a flash that cannot be erased", async () => {
    const { chip, session } = await bench("esp32c3");
    chip.faults.failSector(0x1000, "erase");
    expect(await codeOf(eraseRegion(session, { address: 0x1000, sizeBytes: 0x1000 }))).toBe("flash.erase-failed");
  });
});

describe("the flash chip itself", () => {
  it.each(ids)("%s identifies its flash, through the ROM", async (id) => {
    const { chip, session } = await bench(id, {}, { stub: false });
    const found = await readFlashId(session);
    expect(found.manufacturer).toBe(0xc8);
    expect(found.sizeBytes).toBe(chip.flash.sizeBytes);
    expect(found.wiring).toBe(id === "esp32s2" || id === "esp32s3" ? "quad" : null);
    expect(found.voltage === null).toBe(!["esp32", "esp32s2", "esp32s3"].includes(id));
  });

  it("reads and writes its status", async () => {
    const { session } = await bench("esp32", { silicon: { flash: { status: [0x00, 0x02, 0x60] } } });
    expect(await readFlashStatus(session, { sizeBytes: 1 })).toBe(0x00);
    expect(await readFlashStatus(session, { sizeBytes: 2 })).toBe(0x0200);
    expect(await readFlashStatus(session, { sizeBytes: 3 })).toBe(0x600200);
    expect(await writeFlashStatus(session, 0x1234, { sizeBytes: 1, nonVolatile: true })).toMatchObject({
      before: 0x00,
      written: 0x34,
      after: 0x34,
    });
    expect(await writeFlashStatus(session, 0x001c, { sizeBytes: 2 })).toMatchObject({ after: 0x001c });
  });

  it("reads its parameter table", async () => {
    const { session } = await bench("esp32c3");
    const text = new TextDecoder().decode(await readFlashSfdp(session, { address: 0, sizeBytes: 4 }));
    expect(text).toBe("SFDP");
    expect(await codeOf(readFlashSfdp(session, { address: 0, sizeBytes: 5 }))).toBe("argument.invalid");
  });

  it("warns when nothing answers", async () => {
    const { session, events } = await bench("esp32", { silicon: { flashPins: 0x12345 } }, { stub: false });
    expect((await readFlashId(session)).sizeName).toBeNull();
    expect(events).toContainEqual(expect.objectContaining({ type: "warning", code: "flash.no-answer" }));
  });

  it("tries the boot-up fix of XMC parts when the id is wrong but the parameter table says XMC", async () => {
    const sfdp = new Uint8Array(32);
    sfdp.set([0x53, 0x46, 0x44, 0x50]);
    sfdp[0x10] = 0x20;
    const codes = async (jedecId: readonly [number, number, number]): Promise<string[]> => {
      const { session, events } = await bench("esp32c3", { silicon: { flash: { jedecId, sfdp } } });
      await readFlashId(session);
      return events.flatMap((event) => (event.type === "warning" ? [event.code] : []));
    };
    expect(await codes([0x11, 0x40, 0x16])).toEqual(["flash.xmc", "flash.xmc-not-fixed"]);
    expect(await codes([0x20, 0x40, 0x16])).toEqual([]);
  });

  it("is found on other pins", async () => {
    const word = (9 << 24) | (10 << 18) | (8 << 12) | (7 << 6) | 6;
    const { session, events } = await bench("esp32", { silicon: { flashPins: word } });
    expect((await readFlashId(session, { spiConnection: "6,7,8,9,10" })).sizeName).toBe("4MB");
    expect(events).toContainEqual(
      expect.objectContaining({ type: "flash.attaching", pins: "CLK:6, Q:7, D:8, HD:9, CS:10" }),
    );
  });
});
