import { describe, expect, test } from "vitest";
import { MachineBench, noise } from "../../../test/support/chip/machine-bench.ts";
import { deflate } from "../../core/bytes/deflate.ts";
import { md5 } from "../../core/bytes/md5.ts";
import { chipById } from "../../core/chip/catalog.ts";
import type { ChipId } from "../../core/chip/types.ts";
import { loadStub, stubName } from "../../core/stub/load-stub.ts";
import {
  CHANGE_BAUDRATE,
  ERASE_FLASH,
  FLASH_BEGIN,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  FLASH_END,
  GET_SECURITY_INFO,
  MEM_BEGIN,
  MEM_DATA,
  MEM_END,
  READ_FLASH_SLOW,
  READ_REG,
  SPI_ATTACH,
  SPI_FLASH_MD5,
  SPI_SET_PARAMS,
  SYNC,
  WRITE_REG,
} from "../../core/wire/commands.ts";
import { encodeRequest } from "../../core/wire/packet.ts";
import { slipEncode } from "../../core/wire/slip.ts";
import { DEFAULT_TIMING } from "../time/timing.ts";
import { miscountedErase } from "./rom-flash.ts";

const RAM: Partial<Record<ChipId, number>> = { esp8266: 0x3ffe8000, esp32c3: 0x3fc84000 };
const parameters = (sizeBytes: number) => ({
  id: 0,
  sizeBytes,
  blockSize: 0x10000,
  sectorSize: 0x1000,
  pageSize: 0x100,
  statusMask: 0xffff,
});
const begin = (address: number, sizeBytes: number, blocks = 1) => ({
  address,
  sizeBytes,
  blocks,
  blockSize: 0x400,
  encrypted: 0,
});

function attached(id: ChipId, options: ConstructorParameters<typeof MachineBench>[1] = {}): MachineBench {
  const bench = new MachineBench(id, options);
  bench.ask(SPI_ATTACH, { pins: 0, legacy: 0 });
  bench.ask(SPI_SET_PARAMS, parameters(4 << 20));
  return bench;
}

describe("ROM loader: talk", () => {
  test.each([
    ["esp8266", 2],
    ["esp32", 4],
    ["esp32s2", 4],
    ["esp32p4", 4],
  ] as const)("%s answers SYNC eight times, with %i status bytes and a value", (id, statusLength) => {
    const bench = new MachineBench(id);
    const replies = bench.replies(SYNC, {});
    expect(replies).toHaveLength(8);
    for (const reply of replies) {
      expect(reply.value).not.toBe(0);
      expect(reply.data).toHaveLength(statusLength);
    }
  });

  test("takes frames out of noise, in pieces, and ignores what is no request", () => {
    const bench = new MachineBench("esp32c3");
    bench.machine.receive(Uint8Array.of(0x55, 0x00, 0xc0, 0xdb, 0x11, 0xc0, 0x42));
    const frame = slipEncode(encodeRequest({ opcode: 0x0a, checksum: 0, data: Uint8Array.of(0, 0x10, 0, 0x40) }));
    for (const byte of frame) bench.machine.receive(Uint8Array.of(byte));
    bench.raw(Uint8Array.of(0x00, 0x0a, 0x05, 0x00, 0, 0, 0, 0, 1));
    bench.raw(Uint8Array.of(0x01, 0x0a, 0x00, 0x00, 0, 0, 0, 0));
    expect(bench.take()).toHaveLength(1);
  });

  test("an unknown command repeats the last reply: eight times after SYNC, once after others", () => {
    const bench = new MachineBench("esp32");
    const [first] = bench.replies(SYNC, {});
    const refused = bench.replies(GET_SECURITY_INFO, {});
    expect(refused).toHaveLength(8);
    expect(refused[0]).toMatchObject({ opcode: SYNC.opcode, value: first?.value, status: 0x0105 });
    bench.ask(READ_REG, { address: 0x40001000 });
    const reply = bench.ask(ERASE_FLASH, {});
    expect(reply).toMatchObject({ opcode: READ_REG.opcode, value: 0x00f01d83, status: 0x0105 });
  });

  test("the ESP8266 knows nothing beyond READ_REG", () => {
    const bench = new MachineBench("esp8266");
    expect(bench.ask(READ_REG, { address: 0x40001000 }).value).toBe(0xfff0c101);
    for (const command of [SPI_ATTACH, SPI_FLASH_MD5, READ_FLASH_SLOW, CHANGE_BAUDRATE, GET_SECURITY_INFO]) {
      bench.raw(encodeRequest({ opcode: command.opcode, checksum: 0, data: new Uint8Array(8) }));
      const [reply] = bench.take().map((frame) => bench.reply(frame));
      expect(reply).toMatchObject({ opcode: READ_REG.opcode, status: 0x0105 });
    }
  });

  test.each([
    ["esp32s2", 12],
    ["esp32c6", 20],
  ] as const)("%s gives %i bytes of security info", (id, length) => {
    const bench = new MachineBench(id, { silicon: { secureBoot: true, flashEncryption: true, keyPurposes: [0, 4] } });
    const { body, status } = bench.ask(GET_SECURITY_INFO, {});
    expect(status).toBe(0);
    expect(body).toHaveLength(length);
    const info = GET_SECURITY_INFO.decodeReply(body, 0);
    expect(info).toMatchObject({ flags: 1, flashCryptCount: 1 });
    expect(info?.keyPurposes[1]).toBe(4);
    expect(info?.chipId).toBe(length === 20 ? chipById(id).imageChipId : null);
  });

  test("Secure Download Mode refuses all but writing", () => {
    const bench = new MachineBench("esp32c3", { silicon: { secureDownload: true } });
    bench.replies(SYNC, {});
    expect(bench.replies(READ_REG, { address: 0x40001000 })[0]?.status).toBe(0x0105);
    expect(GET_SECURITY_INFO.decodeReply(bench.ask(GET_SECURITY_INFO, {}).body, 0)?.flags).toBe(4);
    expect(bench.ask(MEM_BEGIN, { sizeBytes: 4, blocks: 1, blockSize: 4, address: 0x3fc84000 }).status).toBe(0x0105);
    expect(bench.ask(SPI_ATTACH, { pins: 0, legacy: 0 }).status).toBe(0);
    // 2 MB until told otherwise.
    expect(bench.ask(FLASH_BEGIN, begin(2 << 20, 0x400)).status).toBe(0x0106);
    expect(bench.ask(FLASH_BEGIN, begin(0, 0x400)).status).toBe(0);
    expect(bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x400) }).status).toBe(0);
    expect(bench.ask(SPI_FLASH_MD5, { address: 0, sizeBytes: 4, reserved1: 0, reserved2: 0 }).status).toBe(0x0105);
    expect(bench.machine.flash.read(0, 0x400)).toEqual(noise(0x400));
  });

  test("wrong lengths are refused", () => {
    const bench = attached("esp32c3");
    for (const [opcode, length] of [
      [0x02, 16],
      [0x04, 8],
      [0x05, 12],
      [0x09, 20],
      [0x0a, 8],
      [0x0d, 4],
      [0x13, 8],
    ] as const) {
      bench.raw(encodeRequest({ opcode, checksum: 0, data: new Uint8Array(length) }));
      const [reply] = bench.take().map((frame) => bench.reply(frame));
      expect(reply, `opcode ${opcode}`).toMatchObject({ opcode, status: 0x0101 });
    }
    const old = attached("esp32");
    old.post(FLASH_BEGIN, begin(0, 0x400));
    expect(old.reply(old.take()[0]!)).toMatchObject({ status: 0x0101 });
  });

  test("registers: masks, delays, several writes at once", () => {
    const bench = new MachineBench("esp32c3");
    const at = 0x3fc90000;
    bench.post(WRITE_REG, [
      { address: at, value: 0x12345678 },
      { address: at, value: 0xffffffff, mask: 0x0000ff00, delayMicroseconds: 50_000 },
      { address: at + 4, value: 7 },
    ]);
    bench.advance(49);
    expect(bench.frames).toHaveLength(0);
    bench.advance(2);
    expect(bench.take()).toHaveLength(1);
    expect(bench.ask(READ_REG, { address: at }).value).toBe(0x1234ff78);
    expect(bench.ask(READ_REG, { address: at + 4 }).value).toBe(7);
  });

  test("an ignored command gets no answer", () => {
    const bench = new MachineBench("esp32c3", { faults: { ignoresCommand: (opcode) => opcode === READ_REG.opcode } });
    expect(bench.replies(READ_REG, { address: 0 })).toHaveLength(0);
    expect(bench.replies(SYNC, {})).toHaveLength(8);
  });

  test("a frame beyond the buffer is lost", () => {
    const bench = new MachineBench("esp32c3");
    expect(bench.replies(MEM_DATA, { sequence: 0, block: new Uint8Array(0x1801) })).toHaveLength(0);
  });
});

describe("ROM loader: RAM", () => {
  test("blocks with a wrong checksum are refused and not stored", () => {
    const bench = new MachineBench("esp32c3");
    const address = RAM.esp32c3!;
    bench.ask(MEM_BEGIN, { sizeBytes: 8, blocks: 2, blockSize: 4, address });
    expect(bench.ask(MEM_DATA, { sequence: 0, block: Uint8Array.of(1, 2, 3, 4) }, 0x11).status).toBe(0x0107);
    expect(bench.ask(READ_REG, { address }).value).toBe(0);
    bench.ask(MEM_DATA, { sequence: 0, block: Uint8Array.of(1, 2, 3, 4) });
    bench.ask(MEM_DATA, { sequence: 1, block: Uint8Array.of(5, 6, 7, 8) });
    expect(bench.ask(READ_REG, { address }).value).toBe(0x04030201);
    expect(bench.ask(READ_REG, { address: address + 4 }).value).toBe(0x08070605);
  });

  const stubs = (
    [
      "esp8266",
      "esp32",
      "esp32s2",
      "esp32s3",
      "esp32c2",
      "esp32c3",
      "esp32c5",
      "esp32c6",
      "esp32c61",
      "esp32h2",
      "esp32h4",
      "esp32p4",
      "esp32s31",
    ] as const
  ).map((id) => [id, stubName(chipById(id), 0) ?? ""] as const);
  test.each([...stubs, ["esp32p4", "esp32p4"] as const])("%s: stub %s comes alive", async (id, name) => {
    const bench = new MachineBench(id, { timing: { stubStartMs: 10 } });
    const started = bench.clock.now();
    const came = bench.upload(await loadStub(name));
    expect(came.map((frame) => String.fromCharCode(...frame))).toEqual(["OHAI"]);
    expect(bench.clock.now()).toBeGreaterThan(started + 10);
    expect(bench.machine.running).toBe("stub");
    const replies = bench.replies(SYNC, {});
    expect(replies).toHaveLength(8);
    expect(replies[0]).toMatchObject({ value: 0, status: 0 });
  });

  test.each([0, 1])("a damaged segment %i leaves silence until the reset", async (damaged) => {
    const bench = new MachineBench("esp32c3");
    const stub = await loadStub("esp32c3");
    const came = bench.upload(stub, (data, index) => {
      const copy = data.slice();
      if (index === damaged) copy[100]! ^= 0x10;
      return copy;
    });
    expect(came).toEqual([]);
    expect(bench.machine.running).toBe("user-code");
    expect(bench.replies(SYNC, {})).toEqual([]);
    bench.machine.start("download", "reset-pin");
    expect(bench.replies(SYNC, {})).toHaveLength(8);
  });

  test("another chip's stub, and the right one at a wrong entry, stay dead", async () => {
    const bench = new MachineBench("esp32c6");
    expect(bench.upload(await loadStub("esp32h2"))).toEqual([]);
    const other = new MachineBench("esp32c3");
    const stub = await loadStub("esp32c3");
    expect(other.upload({ ...stub, entry: stub.entry + 4 })).toEqual([]);
  });

  test("RAM does not survive a reset", async () => {
    const bench = new MachineBench("esp32c3");
    const stub = await loadStub("esp32c3");
    bench.upload(stub);
    bench.machine.start("download", "reset-pin");
    bench.post(MEM_END, { stay: 0, entry: stub.entry });
    expect(bench.take()).toHaveLength(1);
  });

  test("a stub with plugins in its table and zeros behind its data is still known", async () => {
    const bench = new MachineBench("esp32s3");
    const stub = await loadStub("esp32s3");
    const came = bench.upload(stub, (data, index) => {
      if (index === 0) return data;
      const patched = new Uint8Array(data.length + 64);
      patched.set(data);
      patched.set([0x00, 0x9e, 0x37, 0x40, 0x80, 0x9e, 0x37, 0x40], data.length - 27 * 4);
      return patched;
    });
    expect(came).toHaveLength(1);
  });

  test("with secure boot the S3 starts code only through its flash-read pointer, the C3 none", async () => {
    const pointer = 0x3fcef688;
    const bench = new MachineBench("esp32s3", { silicon: { secureBoot: true } });
    const stub = await loadStub("esp32s3");
    expect(bench.upload(stub)).toEqual([]);
    expect(bench.machine.running).toBe("rom-loader");
    const before = bench.ask(READ_REG, { address: pointer }).value;
    bench.ask(WRITE_REG, [{ address: pointer, value: stub.entry }]);
    bench.post(READ_FLASH_SLOW, { address: 0, sizeBytes: 0 });
    // The ROM never comes back from this jump: the greeting is all.
    expect(bench.take().map((frame) => String.fromCharCode(...frame))).toEqual(["OHAI"]);
    expect(before).not.toBe(0);
    const c3 = new MachineBench("esp32c3", { silicon: { secureBoot: true } });
    expect(c3.upload(await loadStub("esp32c3"))).toEqual([]);
    expect(c3.replies(SYNC, {})).toHaveLength(8);
  });
});

describe("ROM loader: flash", () => {
  test("nothing works before the flash is attached", () => {
    const bench = new MachineBench("esp32c3");
    expect(bench.ask(FLASH_BEGIN, begin(0, 0x400)).status).toBe(0x0106);
    expect(bench.ask(READ_FLASH_SLOW, { address: 0, sizeBytes: 4 }).status).toBe(0x0106);
    bench.ask(SPI_ATTACH, { pins: 0, legacy: 0 });
    expect(bench.ask(READ_FLASH_SLOW, { address: 0, sizeBytes: 4 }).body).toHaveLength(64);
  });

  test("flash on other pins is only found there", () => {
    const bench = new MachineBench("esp32", { silicon: { flashPins: 1 } });
    bench.ask(SPI_ATTACH, { pins: 0, legacy: 0 });
    expect(bench.ask(READ_FLASH_SLOW, { address: 0, sizeBytes: 4 }).status).toBe(0x0106);
    bench.ask(SPI_ATTACH, { pins: 1, legacy: 0 });
    expect(bench.ask(READ_FLASH_SLOW, { address: 0, sizeBytes: 4 }).status).toBe(0);
  });

  test("BEGIN answers after the erase, DATA after the programming", () => {
    const { eraseSectorMs, eraseBlock64Ms, programMsPerKilobyte } = DEFAULT_TIMING;
    const bench = attached("esp32c3", { timing: { eraseSectorMs, eraseBlock64Ms, programMsPerKilobyte } });
    bench.machine.flash.place(0x10000, new Uint8Array(0x22000).fill(0));
    bench.post(FLASH_BEGIN, begin(0x10000, 0x11001));
    bench.advance(150 + 2 * 45 - 1);
    expect(bench.frames).toHaveLength(0);
    bench.advance(2);
    expect(bench.take(0)).toHaveLength(1);
    expect(bench.machine.flash.read(0x10000, 0x12000).every((byte) => byte === 0xff)).toBe(true);
    expect(bench.machine.flash.read(0x22000, 1)[0]).toBe(0);
    bench.post(FLASH_DATA, { sequence: 0, block: noise(0x400) });
    bench.advance(1.5);
    expect(bench.frames).toHaveLength(0);
    bench.advance(0.2);
    expect(bench.take(0)).toHaveLength(1);
    expect(bench.machine.flash.read(0x10000, 0x400)).toEqual(noise(0x400));
  });

  test("programming without an erase ANDs", () => {
    const bench = attached("esp32c3");
    bench.machine.flash.place(0x5000, new Uint8Array(0x400).fill(0x0f));
    bench.ask(FLASH_BEGIN, begin(0x5000, 0));
    bench.ask(FLASH_DATA, { sequence: 0, block: new Uint8Array(0x400).fill(0x35) });
    expect([...bench.machine.flash.read(0x5000, 2)]).toEqual([0x05, 0x05]);
  });

  test("compressed blocks are inflated; a broken stream is refused", () => {
    const bench = attached("esp32");
    const image = new Uint8Array(0x3000).map((_, index) => (index >> 4) & 0xff);
    const stream = deflate(image);
    const blocks = Math.ceil(stream.length / 0x40);
    const { encrypted: _none, ...request } = { ...begin(0x20000, 0x3000, blocks), blockSize: 0x40 };
    expect(bench.ask(FLASH_DEFL_BEGIN, request).status).toBe(0);
    for (let sequence = 0; sequence < blocks; sequence++) {
      const block = stream.slice(sequence * 0x40, (sequence + 1) * 0x40);
      expect(bench.ask(FLASH_DEFL_DATA, { sequence, block }).status).toBe(0);
    }
    expect(bench.machine.flash.read(0x20000, 0x3000)).toEqual(image);
    const digest = bench.ask(SPI_FLASH_MD5, { address: 0x20000, sizeBytes: 0x3000, reserved1: 0, reserved2: 0 });
    expect(digest.body).toHaveLength(32);
    expect(SPI_FLASH_MD5.decodeReply(digest.body, 0)).toEqual(md5(image));
    bench.ask(FLASH_DEFL_BEGIN, request);
    expect(bench.ask(FLASH_DEFL_DATA, { sequence: 0, block: new Uint8Array(64).fill(0xee) }).status).toBe(0x010b);
    expect(bench.ask(FLASH_DATA, { sequence: 0, block: noise(4) }).status).toBe(0x0106);
  });

  test("three address bytes: beyond 16 MiB is the start again", () => {
    const bench = attached("esp32s3", { silicon: { flash: { sizeBytes: 32 << 20, jedecId: [0xef, 0x40, 0x19] } } });
    bench.ask(FLASH_BEGIN, begin(16 << 20, 0x400));
    bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x400) });
    expect(bench.machine.flash.read(0, 0x400)).toEqual(noise(0x400));
    expect(bench.machine.flash.read(16 << 20, 1)[0]).toBe(0xff);
  });

  test("encrypted blocks do not show their text in flash", () => {
    const bench = attached("esp32c3");
    bench.ask(FLASH_BEGIN, { ...begin(0, 0x400), encrypted: 1 });
    const block = new Uint8Array(0x400).fill(0x41);
    expect(bench.ask(FLASH_DATA, { sequence: 0, block }).status).toBe(0);
    expect(bench.machine.flash.read(0, 0x400)).not.toEqual(block);
    expect(bench.machine.flash.isBlank()).toBe(false);
  });

  test("a bad sector fails the command that needs it", () => {
    const bench = attached("esp32c3", {
      faults: { failsSector: (address, operation) => address >> 12 === 3 && operation === "erase" },
    });
    bench.machine.flash.place(0x3000, Uint8Array.of(0));
    expect(bench.ask(FLASH_BEGIN, begin(0x2000, 0x2000)).status).toBe(0x0106);
    expect(bench.machine.flash.read(0x3000, 1)[0]).toBe(0);
    bench.faults.failsSector = (_address, operation) => operation === "program";
    bench.ask(FLASH_BEGIN, begin(0x2000, 0x1000));
    expect(bench.ask(FLASH_DATA, { sequence: 0, block: noise(16) }).status).toBe(0x0108);
  });

  test("power cut in the middle of an erase leaves half a sector", () => {
    const bench = attached("esp32c3", { timing: { eraseSectorMs: 45 } });
    bench.machine.flash.place(0x2000, new Uint8Array(0x1000).fill(0x55));
    bench.post(FLASH_BEGIN, begin(0x2000, 0x1000));
    bench.advance(20);
    bench.machine.stop();
    const sector = bench.machine.flash.read(0x2000, 0x1000);
    expect(sector[0]).toBe(0xff);
    expect(sector.at(-1)).toBe(0x55);
    bench.advance(1000);
    expect(bench.frames).toHaveLength(0);
    expect(bench.machine.flash.read(0x2000, 0x1000)).toEqual(sector);
  });

  test("a brown-out restarts the chip, half way", () => {
    const bench = attached("esp32c3", { faults: { brownsOutAt: (operation) => operation === "program" } });
    bench.ask(FLASH_BEGIN, begin(0x2000, 0x1000));
    expect(bench.replies(FLASH_DATA, { sequence: 0, block: new Uint8Array(0x400) })).toEqual([]);
    expect(bench.restarts).toEqual(["brown-out"]);
    expect(bench.machine.running).toBe("nothing");
    expect(bench.machine.flash.read(0x2000, 0x400)).toEqual(new Uint8Array(0x400).fill(0xff, 0x200));
  });

  test("FLASH_END: 0 reboots, 1 runs the user code", () => {
    const bench = attached("esp32c3");
    expect(bench.ask(FLASH_END, { stay: 0 }).status).toBe(0);
    expect(bench.restarts).toEqual(["soft"]);
    const other = attached("esp32c3");
    other.ask(FLASH_END, { stay: 1 });
    expect(other.restarts).toEqual([]);
    expect(other.machine.running).toBe("user-code");
  });
});

describe("the ESP8266's erase", () => {
  const vectors: readonly (readonly [number, number, number])[] = [
    [0x0, 0x1, 0x1000],
    [0x0, 0x1000, 0x1000],
    [0x0, 0x2000, 0x1000],
    [0x0, 0x10000, 0x8000],
    [0x0, 0x20000, 0x10000],
    [0x1000, 0xf000, 0x8000],
    [0x1000, 0x10000, 0x8000],
    [0x1000, 0x1f000, 0x10000],
    [0xf000, 0x1000, 0x1000],
    [0xf000, 0x2000, 0x1000],
    [0xf000, 0x3000, 0x2000],
    [0x8000, 0x11000, 0x9000],
    [0x40000, 0x54321, 0x45000],
  ];
  test.each(vectors)("at %i, %i bytes: asked for %i it erases just enough", (address, sizeBytes, corrected) => {
    const needed = Math.ceil(sizeBytes / 0x1000) * 0x1000;
    const erased = miscountedErase(address, corrected);
    expect(erased).toBeGreaterThanOrEqual(needed);
    // One sector too many where the number is odd.
    expect(erased).toBeLessThanOrEqual(needed + 0x1000);
    expect(miscountedErase(address, needed)).toBeGreaterThan(needed);
  });

  test("happens on the ESP8266 and attaches the flash", () => {
    const bench = new MachineBench("esp8266");
    bench.machine.flash.place(0, new Uint8Array(0x20000));
    const { encrypted: _none, ...request } = begin(0, 0x10000);
    expect(bench.ask(FLASH_BEGIN, request).status).toBe(0);
    expect(bench.machine.flash.read(0, 0x20000).every((byte) => byte === 0xff)).toBe(true);
    bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x400) });
    expect(bench.machine.flash.read(0, 0x400)).toEqual(noise(0x400));
  });
});

describe("ROM loader: baud rate", () => {
  test.each([
    ["esp32", 40],
    ["esp32", 26],
    ["esp32c2", 26],
    ["esp32c2", 40],
    ["esp32c5", 48],
    ["esp32c3", 40],
  ] as const)("%s with %i MHz reaches the rate with the host's correction", (id, crystalMhz) => {
    const bench = new MachineBench(id, { silicon: { crystalMhz } });
    const chip = bench.machine.chip;
    const word = (address: number): number => bench.ask(READ_REG, { address }).value;
    if (chip.crystal.kind === "measured" && chip.uart.clockDivider !== null) {
      const divider = word(chip.uart.clockDivider) & chip.uart.clockDividerMask;
      expect(Math.round((115200 * divider) / 1e6 / chip.crystal.divider)).toBe(crystalMhz);
    }
    const wanted = 460800;
    const baudRate = chip.romBaud?.compute(wanted, crystalMhz, word) ?? wanted;
    bench.post(CHANGE_BAUDRATE, { baudRate, currentBaudRate: 0 });
    bench.advance(0);
    // The answer goes out at the old rate.
    expect(bench.frames).toHaveLength(1);
    expect(bench.machine.baudRate).toBe(115200);
    bench.advance(10);
    expect(bench.machine.baudRate / wanted).toBeCloseTo(1, 3);
  });

  test("the rate of the first bytes is taken over, until a request has come through", () => {
    const bench = new MachineBench("esp32");
    bench.machine.measureRate?.(74880);
    bench.machine.receive(Uint8Array.of(0xc0, 0x12, 0xc0));
    bench.machine.measureRate?.(230400);
    expect(bench.replies(SYNC, {})).toHaveLength(8);
    bench.machine.measureRate?.(115200);
    expect(bench.machine.baudRate).toBe(230400);
    bench.machine.start("download", "reset-pin");
    expect(bench.machine.baudRate).toBe(115200);
    bench.machine.measureRate?.(9600);
    expect(bench.machine.baudRate).toBe(9600);
  });

  test("a C2 with 26 MHz, and a C5 that believes in the wrong crystal, miss the rate without it", () => {
    const bench = new MachineBench("esp32c2", { silicon: { crystalMhz: 26 } });
    bench.ask(CHANGE_BAUDRATE, { baudRate: 460800, currentBaudRate: 0 });
    expect(bench.machine.baudRate).toBe(299520);
    const c5 = new MachineBench("esp32c5", {
      silicon: { crystalMhz: 48, registers: [[0x60096110, 40 << 24]] },
    });
    const wrong = c5.machine.chip.romBaud?.compute(460800, 48, () => 40 << 24) ?? 0;
    expect(wrong).toBe(384000);
    c5.ask(CHANGE_BAUDRATE, { baudRate: wrong, currentBaudRate: 0 });
    expect(c5.machine.baudRate).toBe(460800);
  });
});
