import { describe, expect, test } from "vitest";
import { MachineBench, noise } from "../../../test/support/chip/machine-bench.ts";
import { deflate } from "../../core/bytes/deflate.ts";
import { md5 } from "../../core/bytes/md5.ts";
import { concatBytes, wordsToBytes } from "../../core/bytes/words.ts";
import type { ChipId } from "../../core/chip/types.ts";
import { loadStub } from "../../core/stub/load-stub.ts";
import {
  CHANGE_BAUDRATE,
  ERASE_FLASH,
  ERASE_REGION,
  FLASH_BEGIN,
  FLASH_DATA,
  FLASH_DEFL_BEGIN,
  FLASH_DEFL_DATA,
  FLASH_DEFL_END,
  FLASH_END,
  GET_SECURITY_INFO,
  READ_FLASH,
  READ_REG,
  RUN_USER_CODE,
  SPI_ATTACH,
  SPI_FLASH_MD5,
  SYNC,
} from "../../core/wire/commands.ts";
import { encodeRequest } from "../../core/wire/packet.ts";
import { Cpu } from "../machine/cpu.ts";
import type { LoaderHost } from "../machine/loader-host.ts";
import { DEFAULT_TIMING } from "../time/timing.ts";
import { stubLoader } from "./stub-loader.ts";
import { KNOWN_STUBS } from "./stub-table.ts";

type Options = ConstructorParameters<typeof MachineBench>[1];

async function stubBench(id: ChipId = "esp32c3", options: Options = {}): Promise<MachineBench> {
  const bench = new MachineBench(id, options);
  await bench.startStub(id);
  return bench;
}

const begin = (address: number, sizeBytes: number) => ({
  address,
  sizeBytes,
  blocks: Math.ceil(sizeBytes / 0x4000),
  blockSize: 0x4000,
  encrypted: 0,
});
const range = (address: number, sizeBytes: number) => ({ address, sizeBytes, reserved1: 0, reserved2: 0 });

describe("stub: flash", () => {
  test("acknowledges a block before it writes, and takes the next one meanwhile", async () => {
    const { eraseSectorMs, programMsPerKilobyte } = DEFAULT_TIMING;
    const bench = await stubBench("esp32c3", { timing: { eraseSectorMs, programMsPerKilobyte } });
    bench.ask(FLASH_BEGIN, begin(0x10000, 0x8000));
    bench.post(FLASH_DATA, { sequence: 0, block: noise(0x4000, 1) });
    bench.advance(0);
    expect(bench.frames).toHaveLength(1);
    bench.post(FLASH_DATA, { sequence: 1, block: noise(0x4000, 2) });
    bench.advance(1);
    expect(bench.frames).toHaveLength(1);
    // Three erases (the first went with BEGIN) and 16 KB to program.
    bench.advance(3 * 45 + 16 * 1.6);
    expect(bench.frames).toHaveLength(2);
    bench.take();
    expect(bench.ask(FLASH_END, { stay: 1 }).status).toBe(0);
    expect(bench.machine.flash.read(0x10000, 0x8000)).toEqual(concatBytes([noise(0x4000, 1), noise(0x4000, 2)]));
  });

  test("tells of a failed write in the answer to the next command, which it does not carry out", async () => {
    const bench = await stubBench("esp32c3", { faults: { failsSector: (address) => address >> 12 === 0x11 } });
    bench.machine.flash.place(0x40000, Uint8Array.of(0));
    bench.ask(FLASH_BEGIN, begin(0x10000, 0x4000));
    expect(bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x4000) }).status).toBe(0);
    const reply = bench.ask(ERASE_REGION, { address: 0x40000, sizeBytes: 0x1000 });
    expect(reply).toMatchObject({ opcode: ERASE_REGION.opcode, status: 0xc400 });
    expect(bench.machine.flash.read(0x40000, 1)[0]).toBe(0);
    expect(bench.ask(ERASE_REGION, { address: 0x40000, sizeBytes: 0x1000 }).status).toBe(0);
  });

  test("erases only what it writes, just ahead, by 64 KB where it can", async () => {
    const bench = await stubBench();
    const { flash } = bench.machine;
    flash.place(0, new Uint8Array(0x40000));
    bench.ask(FLASH_BEGIN, begin(0xf800, 0x11000));
    bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x1000) });
    expect(flash.read(0xefff, 1)[0]).toBe(0);
    expect(flash.read(0xf000, 1)[0]).toBe(0xff);
    // The block from 10000 went in one piece, the sector after it is still to come.
    expect(flash.read(0x1ffff, 1)[0]).toBe(0xff);
    expect(flash.read(0x20000, 1)[0]).toBe(0);
    expect(flash.read(0xf800, 0x1000)).toEqual(noise(0x1000));
    expect(flash.counters.erasesPerSector.size).toBe(17);
  });

  test("END is refused while bytes are missing, and without a BEGIN", async () => {
    const bench = await stubBench();
    expect(bench.ask(FLASH_END, { stay: 1 }).status).toBe(0xc600);
    expect(bench.ask(FLASH_DATA, { sequence: 0, block: noise(16) }).status).toBe(0xc600);
    bench.ask(FLASH_BEGIN, begin(0, 0x5000));
    bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x4000) });
    expect(bench.ask(FLASH_END, { stay: 1 }).status).toBe(0xc000);
    // The padding of the last block is not written.
    bench.ask(FLASH_DATA, { sequence: 1, block: noise(0x4000) });
    expect(bench.ask(FLASH_END, { stay: 1 }).status).toBe(0);
    expect(bench.machine.flash.read(0x5000, 16)).toEqual(new Uint8Array(16).fill(0xff));
  });

  test("FLASH_END without the stay flag changes nothing in the current stub", async () => {
    const bench = await stubBench();
    bench.ask(FLASH_BEGIN, begin(0, 0));
    expect(bench.ask(FLASH_END, { stay: 0 }).status).toBe(0);
    bench.post(RUN_USER_CODE, {});
    expect(bench.take()).toEqual([]);
    expect(bench.restarts).toEqual([]);
    expect(bench.machine.running).toBe("stub");
  });

  test("a wrong checksum or length is refused and nothing written", async () => {
    const bench = await stubBench();
    bench.ask(FLASH_BEGIN, begin(0, 0x4000));
    expect(bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x4000) }, 0).status).toBe(0xc100);
    const data = FLASH_DATA.encode({ sequence: 0, block: noise(64) });
    bench.raw(encodeRequest({ opcode: FLASH_DATA.opcode, checksum: 0, data: data.subarray(0, 60) }));
    expect(bench.reply(bench.take()[0]!)?.status).toBe(0xc000);
    expect(bench.replies(FLASH_DATA, { sequence: 0, block: noise(0x4100) })).toEqual([]);
    expect(bench.machine.flash.isBlank()).toBe(true);
  });

  const image = noise(0x9000).map((byte) => byte & 0x1f);
  const stream = deflate(image);
  const block = (sequence: number): Uint8Array<ArrayBuffer> => stream.slice(sequence * 0x400, (sequence + 1) * 0x400);
  const blocks = Math.ceil(stream.length / 0x400);

  test("inflates what it gets, in order of arrival", async () => {
    const bench = await stubBench();
    bench.ask(FLASH_DEFL_BEGIN, begin(0x1000, image.length));
    for (let sequence = 0; sequence < blocks; sequence++)
      bench.ask(FLASH_DEFL_DATA, { sequence, block: block(sequence) });
    expect(bench.ask(FLASH_DEFL_END, { stay: 1 }).status).toBe(0);
    const digest = bench.ask(SPI_FLASH_MD5, range(0x1000, image.length));
    expect(digest.body).toEqual(md5(image));
  });

  test("a block sent twice breaks the stream", async () => {
    const bench = await stubBench();
    bench.ask(FLASH_DEFL_BEGIN, begin(0x1000, image.length));
    bench.ask(FLASH_DEFL_DATA, { sequence: 0, block: block(0) });
    bench.ask(FLASH_DEFL_DATA, { sequence: 0, block: block(0) });
    const statuses = [1, 2, 3].map(
      (sequence) => bench.ask(FLASH_DEFL_DATA, { sequence, block: block(sequence) }).status,
    );
    expect(statuses.some((status) => status !== 0)).toBe(true);
  });

  test("a stream longer than announced is waited on for ever, when it comes to be written", async () => {
    const bench = await stubBench();
    bench.ask(FLASH_DEFL_BEGIN, begin(0x1000, 0x100));
    bench.ask(FLASH_DEFL_DATA, { sequence: 0, block: stream.slice(0, 0x4000) });
    bench.ask(FLASH_DEFL_DATA, { sequence: 1, block: stream.slice(0x4000) });
    expect(bench.replies(SYNC, {})).toEqual([]);
  });

  test("writes by windows of 32 KB, whatever the blocks are", async () => {
    const bench = await stubBench();
    bench.ask(FLASH_DEFL_BEGIN, begin(0x1000, image.length));
    for (let sequence = 0; sequence < blocks - 1; sequence++)
      bench.ask(FLASH_DEFL_DATA, { sequence, block: block(sequence) });
    expect(bench.machine.flash.read(0x1000, 0x8000)).toEqual(image.subarray(0, 0x8000));
    expect(bench.machine.flash.read(0x9000, 0x1000).every((byte) => byte === 0xff)).toBe(true);
    bench.ask(FLASH_DEFL_DATA, { sequence: blocks - 1, block: block(blocks - 1) });
    expect(bench.machine.flash.read(0x9000, 0x1000)).toEqual(image.subarray(0x8000));
  });

  test("refuses what comes after the block that completed the contents", async () => {
    const bench = await stubBench();
    const whole = deflate(new Uint8Array(0x8000));
    bench.ask(FLASH_DEFL_BEGIN, begin(0x1000, 0x8000));
    bench.ask(FLASH_DEFL_DATA, { sequence: 0, block: whole.slice(0, -4) });
    expect(bench.ask(FLASH_DEFL_DATA, { sequence: 1, block: whole.slice(-4) }).status).toBe(0xc900);
  });

  test("passes blank sectors over, up to the first that is not", async () => {
    const bench = await stubBench();
    const { flash } = bench.machine;
    flash.place(0x3000, Uint8Array.of(0));
    bench.ask(FLASH_BEGIN, begin(0x1000, 0x4000));
    bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x4000) });
    expect(bench.ask(FLASH_END, { stay: 1 }).status).toBe(0);
    expect([...flash.counters.erasesPerSector.keys()]).toEqual([0x3000, 0x4000]);
    expect(flash.read(0x1000, 0x4000)).toEqual(noise(0x4000));
  });

  test("the erase goes on while nothing comes, and a reset in its midst leaves the sector half erased", async () => {
    const bench = await stubBench("esp32c3", { timing: { eraseSectorMs: 45 } });
    const { flash } = bench.machine;
    flash.place(0x1000, new Uint8Array(0x2000));
    bench.ask(FLASH_BEGIN, begin(0x1000, 0x1000));
    expect(flash.read(0x1000, 0x1000).every((byte) => byte === 0xff)).toBe(true);
    bench.post(FLASH_BEGIN, begin(0x2000, 0x1000));
    bench.advance(20);
    expect(bench.frames).toHaveLength(1);
    expect(flash.read(0x2000, 0x1000)).toEqual(new Uint8Array(0x1000));
    bench.machine.stop();
    bench.advance(1000);
    expect([...flash.read(0x2000, 0x1000)].filter((byte) => byte === 0xff)).toHaveLength(0x800);
  });

  test("erases regions and the whole chip", async () => {
    const bench = await stubBench();
    bench.machine.flash.place(0x1000, new Uint8Array(0x3000));
    expect(bench.ask(ERASE_REGION, { address: 0x800, sizeBytes: 0x1000 }).status).toBe(0xc000);
    expect(bench.ask(ERASE_REGION, { address: 0x2000, sizeBytes: 0x1000 }).status).toBe(0);
    expect([0x1fff, 0x2000, 0x2fff, 0x3000].map((at) => bench.machine.flash.read(at, 1)[0])).toEqual([0, 255, 255, 0]);
    expect(bench.ask(ERASE_FLASH, {}).status).toBe(0);
    expect(bench.machine.flash.isBlank()).toBe(true);
  });

  test.each([
    ["esp32s3", true],
    ["esp32c6", false],
  ] as const)("%s reaches beyond 16 MiB: %s", async (id, reaches) => {
    const bench = await stubBench(id, { silicon: { flash: { sizeBytes: 32 << 20, jedecId: [0xef, 0x40, 0x19] } } });
    bench.ask(FLASH_BEGIN, begin(16 << 20, 0x400));
    bench.ask(FLASH_DATA, { sequence: 0, block: noise(0x400) });
    expect(bench.machine.flash.read(reaches ? 16 << 20 : 0, 0x400)).toEqual(noise(0x400));
  });

  test("a smaller flash than its name mirrors", async () => {
    const bench = await stubBench("esp32", { silicon: { flash: { sizeBytes: 2 << 20, jedecId: [0xc8, 0x40, 0x16] } } });
    bench.machine.flash.place(0x100, noise(0x100));
    expect(bench.ask(SPI_FLASH_MD5, range(0x200100, 0x100)).body).toEqual(md5(noise(0x100)));
  });
});

describe("stub: flash pins", () => {
  test("flash elsewhere is only found when told where", async () => {
    const bench = await stubBench("esp32c3", { silicon: { flashPins: 0x123456 } });
    expect(bench.ask(ERASE_FLASH, {}).status).toBe(0xc400);
    expect(bench.ask(SPI_ATTACH, { pins: 0x123456 }).status).toBe(0);
    expect(bench.ask(ERASE_FLASH, {}).status).toBe(0);
  });

  test("the ESP32's stub takes them from the eFuses", async () => {
    // CLK 6, Q 17, D 8, CS 16, HD 11: an ESP32-PICO-D4.
    const pins = ((11 << 24) | (16 << 18) | (8 << 12) | (17 << 6) | 6) >>> 0;
    const pads: [number, number][] = [
      [0x3ff5a014, (16 << 15) | (8 << 10) | (17 << 5) | 6],
      [0x3ff5a00c, 11 << 4],
    ];
    const lost = await stubBench("esp32", { silicon: { flashPins: pins } });
    expect(lost.ask(ERASE_FLASH, {}).status).toBe(0xc400);
    const found = await stubBench("esp32", { silicon: { flashPins: pins, efuses: pads } });
    expect(found.ask(ERASE_FLASH, {}).status).toBe(0);
  });
});

describe("stub: the ones before the current", () => {
  function legacyBench() {
    const bench = new MachineBench("esp8266");
    const stub = KNOWN_STUBS.find(({ chip, generation }) => chip === "esp8266" && generation === "legacy");
    const cpu = new Cpu(bench.clock);
    // No tool at hand carries such a stub: it is started without an upload.
    cpu.start(stubLoader(bench.machine as unknown as LoaderHost, stub!));
    bench.take();
    const send = (opcode: number, data: Uint8Array<ArrayBuffer> = new Uint8Array(0)): void => {
      bench.raw(encodeRequest({ opcode, checksum: 0, data }));
      cpu.deliver(new Uint8Array(0));
      bench.advance(0);
    };
    return { bench, send };
  }

  test("reboot when told so, and run the user code", () => {
    const { bench, send } = legacyBench();
    send(FLASH_BEGIN.opcode, FLASH_BEGIN.encode(begin(0, 0)));
    send(FLASH_END.opcode, FLASH_END.encode({ stay: 0 }));
    expect(bench.take()).toHaveLength(2);
    expect(bench.restarts).toEqual(["soft"]);
    const other = legacyBench();
    other.send(RUN_USER_CODE.opcode);
    expect(other.bench.take()).toHaveLength(0);
    expect(other.bench.restarts).toEqual(["soft"]);
  });

  test("have one answer to all they do not know", () => {
    const { bench, send } = legacyBench();
    send(0x77);
    expect(bench.reply(bench.take()[0]!)?.status).toBe(0xff00);
  });
});

describe("stub: reading flash", () => {
  const contents = noise(0x2100);
  const request = (blockSize: number) => ({ address: 0x7000, sizeBytes: 0x2100, blockSize, maximumInFlight: 64 });

  test("sends one block at a time, each after the last was acknowledged, then the MD5", async () => {
    const bench = await stubBench();
    bench.machine.flash.place(0x7000, contents);
    bench.post(READ_FLASH, request(0x1000));
    const [reply, first, ...more] = bench.take();
    expect(bench.reply(reply!)?.status).toBe(0);
    expect(more).toEqual([]);
    bench.raw(wordsToBytes([0x1000]));
    const second = bench.take();
    bench.raw(wordsToBytes([0x2000]));
    const third = bench.take();
    expect(concatBytes([first!, ...second, ...third])).toEqual(contents);
    expect([second, third].map((frames) => frames.length)).toEqual([1, 1]);
    bench.raw(wordsToBytes([0x2100]));
    expect(bench.take()).toEqual([md5(contents)]);
    expect(bench.replies(SYNC, {})).toHaveLength(8);
  });

  test("any other frame ends it, and the stub takes commands again", async () => {
    const bench = await stubBench();
    bench.post(READ_FLASH, request(0x1000));
    bench.take();
    bench.raw(Uint8Array.of(1, 2, 3, 4, 5));
    // The digest of what was sent by then.
    expect(bench.take()).toEqual([md5(new Uint8Array(0x1000).fill(0xff))]);
    expect(bench.replies(SYNC, {})).toHaveLength(8);
    expect(bench.ask(READ_FLASH, request(0x1001)).status).toBe(0);
    expect(bench.ask(SYNC, {}).status).toBe(0xc000);
  });

  /** What comes in the course of a read: its answer and the lengths of the frames. */
  function lengths(bench: MachineBench): number[] {
    return bench.take().map((frame) => frame.length);
  }

  test("counts acknowledgements and does not read them, until the last", async () => {
    const bench = await stubBench();
    bench.post(READ_FLASH, request(0x1000));
    bench.take();
    bench.raw(wordsToBytes([0]));
    expect(lengths(bench)).toEqual([0x1000]);
    bench.raw(wordsToBytes([0]));
    expect(lengths(bench)).toEqual([0x100]);
    bench.raw(wordsToBytes([0x20ff]));
    expect(lengths(bench)).toEqual([]);
    bench.raw(wordsToBytes([0x2100]));
    expect(lengths(bench)).toEqual([16]);
  });

  test("one acknowledgement too many, and nothing comes any more until a frame of another length", async () => {
    const bench = await stubBench();
    bench.post(READ_FLASH, request(0x1000));
    bench.take();
    bench.raw(wordsToBytes([0x1000]));
    expect(lengths(bench)).toEqual([0x1000]);
    // Two, each polled.
    bench.raw(wordsToBytes([0x2000]));
    expect(lengths(bench)).toEqual([0x100]);
    const other = await stubBench();
    other.post(READ_FLASH, request(0x1000));
    other.advance(0);
    // The first block is open: this one is counted, the next is one too many.
    other.raw(wordsToBytes([0x1000]));
    other.raw(wordsToBytes([0x1000]));
    other.raw(wordsToBytes([0x1000]));
    expect(lengths(other).length).toBeLessThan(5);
    other.raw(Uint8Array.of(1));
    expect(lengths(other)).toEqual([16]);
  });
});

describe("stub: the rest", () => {
  test("security info where the chip has it", async () => {
    expect((await stubBench("esp32c6")).ask(GET_SECURITY_INFO, {}).body).toHaveLength(20);
    expect((await stubBench("esp32s2")).ask(GET_SECURITY_INFO, {}).body).toHaveLength(12);
    expect((await stubBench("esp32")).ask(GET_SECURITY_INFO, {}).status).toBe(0xff00);
    expect((await stubBench("esp8266")).ask(GET_SECURITY_INFO, {}).status).toBe(0xff00);
  });

  test("lengths and unknown commands", async () => {
    const bench = await stubBench();
    for (const [opcode, length, status] of [
      [0x08, 35, 0xc000],
      [0x02, 12, 0xc000],
      [0x09, 15, 0xc800],
      [0x0d, 8, 0xc000],
      [0x14, 1, 0xc000],
      [0xd0, 4, 0xc000],
      [0x77, 0, 0xc300],
      [0x0e, 8, 0xc300],
      [0xd5, 4, 0xff00],
    ] as const) {
      bench.raw(encodeRequest({ opcode, checksum: 0, data: new Uint8Array(length) }));
      expect(bench.reply(bench.take()[0]!), `opcode ${opcode}`).toMatchObject({ opcode, status });
    }
  });

  test("the new baud rate follows from the one the host believes to be the current", async () => {
    const bench = await stubBench();
    bench.post(CHANGE_BAUDRATE, { baudRate: 921600, currentBaudRate: 115200 });
    bench.advance(0);
    expect(bench.frames).toHaveLength(1);
    expect(bench.machine.baudRate).toBe(115200);
    bench.take();
    expect(bench.machine.baudRate).toBe(921600);
    bench.ask(CHANGE_BAUDRATE, { baudRate: 460800, currentBaudRate: 115200 });
    expect(bench.machine.baudRate).toBe(3686400);
  });

  test("can be uploaded over itself, and leaves RAM as it was told", async () => {
    const bench = await stubBench();
    expect(bench.upload(await loadStub("esp32c3"))).toHaveLength(1);
    expect(bench.replies(SYNC, {})[0]?.value).toBe(0);
    expect(bench.ask(READ_REG, { address: 0x40001000 }).value).toBe(0x1b31506f);
  });
});
