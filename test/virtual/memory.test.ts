import { describe, expect, it } from "vitest";
import { readU32 } from "../../src/core/bytes/words.ts";
import { CHIPS, chipById } from "../../src/core/chip/catalog.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import type { EspEvent } from "../../src/core/events.ts";
import { runApplication } from "../../src/core/flash/run-application.ts";
import { writeIntelHex } from "../../src/core/image/exchange/write-intel-hex.ts";
import { sealImage } from "../../src/core/image/firmware/build-image.ts";
import { readMemory } from "../../src/core/memory/dump-memory.ts";
import { loadRam } from "../../src/core/memory/load-ram.ts";
import { readRegister } from "../../src/core/memory/read-memory.ts";
import { writeRegister } from "../../src/core/memory/write-memory.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { readSecurityInfo } from "../../src/core/session/facts/describe-security-info.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { ConnectOptions, Session } from "../../src/core/session/session.ts";
import { stubMemory } from "../../src/core/session/stub-memory.ts";
import { FLASH_END, MEM_BEGIN, MEM_DATA, MEM_END, READ_REG } from "../../src/core/wire/commands.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";
import { RAM_PLACES, ramImage, ramProgram } from "../support/chip/ram-program.ts";
import { codeOf, errorOf } from "../support/outcome.ts";

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: EspEvent[];
  /** Names of the commands sent since the last call. */
  commands(): string[];
}

async function bench(id: ChipId, options: VirtualChipOptions = {}, connecting: ConnectOptions = {}): Promise<Bench> {
  const chip = virtualChip(id, options);
  const events: EspEvent[] = [];
  const session = await connect(chip.port, {
    baudRate: 921600,
    trace: true,
    ...connecting,
    onEvent: (event) => {
      events.push(event);
    },
  });
  let seen = events.length;
  const commands = (): string[] => {
    const news = events.slice(seen);
    seen = events.length;
    return news.flatMap((event) => (event.type === "trace" && event.what === "command" ? [event.name] : []));
  };
  return { chip, session, events, commands };
}

const ids = Object.keys(RAM_PLACES).map((name) => chipById(name as ChipId).id);
/** Chip, and whether the stub is used where there is one. */
const loaders: [ChipId, boolean][] = ids.flatMap((id): [ChipId, boolean][] => [
  [id, true],
  [id, false],
]);

describe("words", () => {
  it.each(loaders)("%s, stub %s: are written, read, masked and dumped", async (id, stub) => {
    const { session } = await bench(id, {}, { stub });
    const address = RAM_PLACES[id]?.data ?? 0;
    await writeRegister(session, { address, value: 0xabad1dea });
    expect(await readRegister(session, address)).toBe(0xabad1dea);
    await writeRegister(session, { address, value: 0x12345678, mask: 0x0000ffff });
    expect(await readRegister(session, address)).toBe(0xabad5678);
    await writeRegister(session, { address: address + 4, value: 0x04030201 });
    const { data } = await readMemory(session, { address, sizeBytes: 8 });
    expect([...data]).toEqual([0x78, 0x56, 0xad, 0xab, 1, 2, 3, 4]);
    await disconnect(session);
  });

  it("are dumped from any address and in any size, in no more reads than there are words", async () => {
    const { session, commands, events } = await bench("esp32c3");
    const address = 0x3fcd0000;
    for (let index = 0; index < 4; index++) {
      const bytes = Uint8Array.from({ length: 4 }, (_, byte) => 16 * index + byte);
      await writeRegister(session, { address: address + 4 * index, value: readU32(bytes, 0) });
    }
    commands();
    const { data } = await readMemory(session, { address: address + 3, sizeBytes: 7 });
    expect([...data]).toEqual([0x03, 0x10, 0x11, 0x12, 0x13, 0x20, 0x21]);
    expect(commands()).toEqual([READ_REG.name, READ_REG.name, READ_REG.name]);
    expect((await readMemory(session, { address, sizeBytes: 0 })).data).toHaveLength(0);
    expect(commands()).toEqual([]);
    await readMemory(session, { address, sizeBytes: 2500 });
    const progress = events.flatMap((event) => (event.type === "progress" ? [event.done] : []));
    expect(progress).toEqual([7, 1024, 2048, 2500]);
    await disconnect(session);
  });

  it("come right in spite of a garbled answer", async () => {
    const { session, chip } = await bench("esp32");
    const address = 0x3ffc0000;
    await writeRegister(session, { address, value: 0xfeedc0de });
    chip.faults.corruptNextReply();
    expect(await readRegister(session, address)).toBe(0xfeedc0de);
    await disconnect(session);
  });

  it("stop being dumped on abort, and the session stays usable", async () => {
    const abort = new AbortController();
    const { session, events } = await bench("esp32c6");
    const range = { address: 0x40800000, sizeBytes: 0x10000 };
    const dumping = readMemory(session, range, { signal: abort.signal });
    const watch = setInterval(() => {
      if (events.some((event) => event.type === "progress" && event.phase === "read")) abort.abort();
    }, 0);
    expect(await codeOf(dumping)).toBe("operation.aborted");
    clearInterval(watch);
    await writeRegister(session, { address: 0x40870000, value: 5 });
    expect(await readRegister(session, 0x40870000)).toBe(5);
    await disconnect(session);
  });

  it.each<[string, (session: Session) => Promise<unknown>]>([
    ["an unaligned read", (session) => readRegister(session, 0x3fc80001)],
    ["a negative address", (session) => readRegister(session, -4)],
    ["an address beyond 32 bits", (session) => readRegister(session, 2 ** 32)],
    ["an unaligned write", (session) => writeRegister(session, { address: 0x3fc80002, value: 0 })],
    ["a value beyond 32 bits", (session) => writeRegister(session, { address: 0x3fc80000, value: 2 ** 32 })],
    ["a value with a fraction", (session) => writeRegister(session, { address: 0x3fc80000, value: 0.5 })],
    ["a negative mask", (session) => writeRegister(session, { address: 0x3fc80000, value: 0, mask: -1 })],
    ["a dump beyond the end", (session) => readMemory(session, { address: 0xfffffffc, sizeBytes: 5 })],
  ])("are not asked for: %s", async (_what, work) => {
    const { session, commands } = await bench("esp32c3");
    expect(await codeOf(work(session))).toBe("argument.invalid");
    expect(commands()).toEqual([]);
    await disconnect(session);
  });

  it("are out of reach in Secure Download Mode", async () => {
    const { session } = await bench("esp32c3", { silicon: { secureDownload: true } });
    const address = 0x3fc80000;
    expect(await codeOf(readRegister(session, address))).toBe("chip.secure-download");
    expect(await codeOf(writeRegister(session, { address, value: 0 }))).toBe("chip.secure-download");
    expect(await codeOf(readMemory(session, { address, sizeBytes: 4 }))).toBe("chip.secure-download");
    expect(await codeOf(loadRam(session, ramImage("esp32c3")))).toBe("chip.secure-download");
    await disconnect(session);
  });
});

describe("a program for RAM", () => {
  it.each(loaders)("%s, stub %s: is loaded and started, and not reset", async (id, stub) => {
    const { session, chip, commands } = await bench(id, {}, { stub });
    const { segments, entry } = ramProgram(id);
    const result = await loadRam(session, ramImage(id));
    expect(result).toMatchObject({
      entry,
      segments: segments.map(({ address, data }) => ({ address, sizeBytes: data.length })),
    });
    expect(commands()).toEqual([
      MEM_BEGIN.name,
      MEM_DATA.name,
      MEM_BEGIN.name,
      MEM_DATA.name,
      MEM_DATA.name,
      MEM_END.name,
    ]);
    await disconnect(session, { reset: "untouched" });
    await disconnect(session);
    expect(chip.running).toBe("user-code");
    expect(commands()).toEqual([]);
  });

  it.each(loaders)("%s, stub %s: arrives byte for byte; without an entry the loader stays", async (id, stub) => {
    const { session, events } = await bench(id, {}, { stub });
    const { segments } = ramProgram(id);
    await loadRam(session, { segments, entry: 0 });
    for (const { address, data } of segments) {
      const sizeBytes = Math.min(data.length, 64);
      const back = await readMemory(session, { address: address + data.length - sizeBytes, sizeBytes });
      expect([...back.data]).toEqual([...data.subarray(data.length - sizeBytes)]);
    }
    const total = segments.reduce((sum, { data }) => sum + data.length, 0);
    const uploads = events.filter((event) => event.type === "progress" && event.phase === "upload");
    expect(uploads.at(-1)).toMatchObject({ done: total, total });
    await disconnect(session);
  });

  it("is sent again where the line spoilt it", async () => {
    const { session, chip, commands } = await bench("esp32c3");
    const { segments } = ramProgram("esp32c3");
    chip.faults.dropNextReply({ opcode: MEM_DATA.opcode });
    await loadRam(session, { segments, entry: 0 });
    expect(commands().filter((name) => name === MEM_BEGIN.name)).toHaveLength(3);
    const [first] = segments;
    const back = await readMemory(session, { address: first?.address ?? 0, sizeBytes: first?.data.length ?? 0 });
    expect([...back.data]).toEqual([...(first?.data ?? [])]);
    await disconnect(session);
  });

  it("may come as Intel HEX", async () => {
    const { session, chip } = await bench("esp32");
    await loadRam(session, writeIntelHex([{ address: 0x1000, data: ramImage("esp32") }]));
    await disconnect(session, { reset: "untouched" });
    expect(chip.running).toBe("user-code");
  });

  it.each<[string, () => Uint8Array<ArrayBuffer>, string]>([
    [
      "several images in one HEX file",
      () =>
        writeIntelHex([
          { address: 0x1000, data: ramImage("esp32c3") },
          { address: 0x10000, data: ramImage("esp32c3") },
        ]),
      "image.invalid",
    ],
    ["an ELF file", () => Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0), "image.invalid"],
    ["an empty file", () => new Uint8Array(0), "file.empty"],
    ["something else", () => new Uint8Array(100).fill(0x55), "image.invalid"],
    ["an image that breaks off", () => ramImage("esp32c3").slice(0, 500), "image.truncated"],
    [
      "a damaged image",
      () => {
        const bytes = ramImage("esp32c3");
        bytes[100] = (bytes[100] ?? 0) ^ 1;
        return bytes;
      },
      "image.invalid",
    ],
    ["an image of another chip", () => ramImage("esp32s3"), "image.wrong-chip"],
    ["an image of a chip of the other kind", () => ramImage("esp8266"), "image.wrong-chip"],
    ["an image of a chip that nobody knows", () => ramImage("esp32c3", undefined, 0x1234), "image.wrong-chip"],
    [
      "an image for flash",
      () => ramImage("esp32c3", { segments: [{ address: 0x42000020, data: new Uint8Array(32) }], entry: 0x42000020 }),
      "image.not-for-ram",
    ],
    ["an image without segments", () => ramImage("esp32c3", { segments: [], entry: 0x403d0000 }), "image.invalid"],
  ])("is refused before anything is sent: %s", async (_what, make, code) => {
    const { session, commands, chip } = await bench("esp32c3");
    const error = await errorOf(loadRam(session, make()));
    expect(error.code).toBe(code);
    expect(error.hint ?? "").not.toMatch(/force/);
    expect(commands()).toEqual([]);
    await disconnect(session);
    expect(chip.running).not.toBe("stub");
  });

  it("with a wrong digest is loaded with a warning: the boot ROM does not look at it either", async () => {
    const { session, events } = await bench("esp32c3");
    const image = ramImage("esp32c3");
    image[image.length - 1] = (image.at(-1) ?? 0) ^ 1;
    await loadRam(session, image);
    expect(events.flatMap((event) => (event.type === "warning" ? [event.code] : []))).toEqual(["image.digest-wrong"]);
    await disconnect(session, { reset: "untouched" });
  });

  it("has no part in flash, as an ESP8266 image of version 2 has", async () => {
    const header = { segmentCount: 1, modeByte: 2, sizeFrequencyByte: 0x20, entry: 0x40108000 };
    const image = sealImage({
      wrapper: { ...header, segmentCount: 4 },
      header,
      extended: null,
      segments: [
        { address: 0, data: new Uint8Array(64), includeInChecksum: false },
        { address: 0x40108000, data: new Uint8Array(16), includeInChecksum: true },
      ],
      appendDigest: false,
    });
    const { session, commands } = await bench("esp8266");
    expect(await codeOf(loadRam(session, image))).toBe("image.not-for-ram");
    expect(commands()).toEqual([]);
    await disconnect(session);
  });

  it("for another chip is not taken for an ESP8266's", async () => {
    const { session } = await bench("esp8266");
    const error = await errorOf(loadRam(session, ramImage("esp32")));
    expect(error.code).toBe("image.wrong-chip");
    expect(error.details["found"]).toBe("esp32");
    await disconnect(session);
  });

  it("must not overwrite the running stub, on any chip that has one", async () => {
    for (const { id, stubs } of CHIPS) {
      if (stubs.length === 0) continue;
      const { session, commands } = await bench(id);
      const regions = await stubMemory(live(session));
      expect(regions.map(({ holds }) => holds)).toEqual(["code", "data", "buffers"]);
      for (const { start, end } of regions) {
        for (const address of [start, end - 4]) {
          const image = { segments: [{ address, data: new Uint8Array(4) }], entry: 0 };
          expect(await codeOf(loadRam(session, image))).toBe("image.overlaps-stub");
        }
      }
      expect(commands()).toEqual([]);
      await disconnect(session);
    }
  });

  it("may go where the stub would be when none runs", async () => {
    const { session } = await bench("esp32c3", {}, { stub: false });
    expect(await stubMemory(live(session))).toEqual([]);
    const image = { segments: [{ address: 0x40380000, data: new Uint8Array(4) }], entry: 0 };
    await loadRam(session, image);
    await disconnect(session);
  });

  it("is compared with a stub that ran before this session, too", async () => {
    const { session: earlier, chip } = await bench("esp32c3");
    await disconnect(earlier, { reset: "no-reset-stub" });
    const session = await connect(chip.port, { before: "no-reset" });
    expect(session.loader).toBe("stub");
    const image = { segments: [{ address: 0x40380000, data: new Uint8Array(4) }], entry: 0 };
    expect(await codeOf(loadRam(session, image))).toBe("image.overlaps-stub");
    await disconnect(session);
  });

  it("must not reach the stub's code by its other address; the buffers are a matter of luck", async () => {
    const { session, events } = await bench("esp32c3");
    const at = (address: number) => ({ segments: [{ address, data: new Uint8Array(8) }], entry: 0 });
    // The stub's code is at 0x40380000, which as data is 0x3fc80000; its buffers begin at 0x3fc84000.
    expect((await errorOf(loadRam(session, at(0x3fc80010)))).details["throughAlias"]).toBe(true);
    const warnings = (): string[] => events.flatMap((event) => (event.type === "warning" ? [event.code] : []));
    expect(warnings()).toEqual([]);
    await loadRam(session, at(0x40384000));
    expect(warnings()).toEqual(["image.near-stub"]);
    await disconnect(session);
  });

  it("that a ROM with secure boot does not start is an error", async () => {
    const { session } = await bench("esp32c3", { silicon: { secureBoot: true } }, { stub: false });
    expect(await codeOf(loadRam(session, ramImage("esp32c3")))).toBe("link.status");
    await disconnect(session);
  });

  it("that starts before the ROM's answer got through is no error; with the stub it is", async () => {
    const rom = await bench("esp32c3", {}, { stub: false });
    rom.chip.faults.dropNextReply({ opcode: MEM_END.opcode });
    await loadRam(rom.session, ramImage("esp32c3"));
    await disconnect(rom.session, { reset: "untouched" });
    expect(rom.chip.running).toBe("user-code");
    const stub = await bench("esp32c3");
    stub.chip.faults.dropNextReply({ opcode: MEM_END.opcode });
    expect(await codeOf(loadRam(stub.session, ramImage("esp32c3")))).toBe("link.timeout");
    await disconnect(stub.session);
  });
});

describe("security information", () => {
  it.each(CHIPS.map(({ id }) => id))("%s", async (id) => {
    const { session, chip } = await bench(id);
    if (id === "esp8266" || id === "esp32") {
      expect(await codeOf(readSecurityInfo(session))).toBe("chip.not-supported");
    } else {
      const info = await readSecurityInfo(session);
      expect(info).toMatchObject({ secureBoot: false, flashEncryption: false, secureDownload: false });
      expect(info.chipId).toBe(id === "esp32s2" ? null : chip.chip.imageChipId);
      const keys = id === "esp32c2" ? null : id === "esp32s31" ? 5 : 6;
      expect(info.keyPurposes?.length ?? null).toBe(keys);
      for (const { name } of info.keyPurposes ?? []) expect(name).toBe("USER/EMPTY");
    }
    await disconnect(session);
  });

  it("is told in Secure Download Mode, and shows what is set", async () => {
    const silicon = { secureDownload: true, secureBoot: true, flashEncryption: true, securityFlags: 0x10 };
    const { session } = await bench("esp32c3", { silicon });
    expect(await readSecurityInfo(session)).toMatchObject({
      secureDownload: true,
      secureBoot: true,
      flashEncryption: true,
      revokedKeys: [1],
    });
    await disconnect(session);
  });
});

describe("the application in flash", () => {
  it.each(loaders)("%s, stub %s: is started by the ROM, with a stub by the reset", async (id, stub) => {
    const { session, chip, commands, events } = await bench(id, { appText: "app" }, { stub });
    const running = await runApplication(session);
    expect(running).toBe(session.loader === "rom");
    const notes = events.filter((event) => event.type === "note" && event.code === "stub.cannot-run");
    expect(notes).toHaveLength(running ? 0 : 1);
    expect(commands().at(-1) === FLASH_END.name).toBe(running);
    await (running ? disconnect(session, { reset: "untouched" }) : disconnect(session));
    expect(chip.running).not.toBe("stub");
    expect(chip.running).not.toBe("rom-loader");
  });
});
