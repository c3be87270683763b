import { describe, expect, it } from "vitest";
import { MachineBench, noise } from "../../../test/support/chip/machine-bench.ts";
import { md5 } from "../../core/bytes/md5.ts";
import { unshared } from "../../core/bytes/unshared.ts";
import { wordsToBytes } from "../../core/bytes/words.ts";
import { loadStub } from "../../core/stub/load-stub.ts";
import type { Stub } from "../../core/stub/stub.ts";
import type { Command } from "../../core/wire/command.ts";
import { command } from "../../core/wire/command.ts";
import {
  NAND_ATTACH,
  NAND_BEGIN,
  NAND_DATA,
  NAND_END,
  NAND_ERASE_ALL,
  NAND_ERASE_REGION,
  NAND_READ,
  NAND_READ_SPARE,
  NAND_WRITE_SPARE,
} from "../../core/wire/nand-commands.ts";
import type { NandFlashOptions } from "../flash/nand-flash.ts";
import { AddressSpace } from "../silicon/address-space.ts";
import { STUB_STATUS } from "./stub-answer.ts";
import { findPluginCommand } from "./stub-plugins.ts";
import { KNOWN_STUBS } from "./stub-table.ts";

const BLOCK = 0x20000;

/** A request of any bytes. */
function raw(opcode: number): Command<Uint8Array<ArrayBuffer>, undefined> {
  return command("RAW", {
    opcode,
    doing: "try",
    request: { fields: [], encode: (bytes) => bytes, decode: unshared },
    decodeReply: () => undefined,
  });
}

async function stub(): Promise<Stub> {
  return await loadStub("esp32s3", ["nand"]);
}

async function nandBench(nand: NandFlashOptions = {}): Promise<MachineBench> {
  const bench = new MachineBench("esp32s3", { silicon: { nand } });
  expect(bench.upload(await stub())).toHaveLength(1);
  return bench;
}

async function attached(nand: NandFlashOptions = {}): Promise<MachineBench> {
  const bench = await nandBench(nand);
  bench.ask(NAND_ATTACH, { pins: 1 });
  return bench;
}

const begin = (address: number, sizeBytes: number = BLOCK): Parameters<typeof NAND_BEGIN.encode>[0] => ({
  address,
  sizeBytes,
  blockSize: BLOCK,
  packetSize: 0x4000,
});

describe("the plugin in RAM", () => {
  it.each<[string, number, (data: Uint8Array<ArrayBuffer>) => void]>([
    ["code", 2, (data) => data.fill(0x5a, 100, 101)],
    ["zeroed memory", 1, (data) => data.fill(1, 300, 301)],
  ])("counts when its %s is there to the last byte; else the stub runs into nothing", async (_what, segment, spoil) => {
    const bench = new MachineBench("esp32s3", { silicon: { nand: {} } });
    const came = bench.upload(await stub(), (data, index) => {
      const copy = data.slice();
      if (index === segment) spoil(copy);
      return copy;
    });
    expect(came).toHaveLength(1);
    expect(bench.replies(NAND_ATTACH, { pins: 1 })).toEqual([]);
    expect(bench.machine.running).toBe("user-code");
  });

  it("is not there by itself", async () => {
    const bench = new MachineBench("esp32s3", { silicon: { nand: {} } });
    bench.upload(await loadStub("esp32s3"));
    expect(bench.ask(NAND_ATTACH, { pins: 1 }).status).toBe(STUB_STATUS.notImplemented);
  });

  it("is looked for in stubs alone that have a table for it", () => {
    const space = new AddressSpace([], new Map());
    for (const stub of KNOWN_STUBS) {
      space.writeBytes(stub.dataStart, noise(stub.dataSize));
      const { handler } = findPluginCommand(space, stub, 0xd5);
      expect(handler).toBe(stub.chip === "esp32s3" && stub.generation === "current" ? "unknown" : "none");
    }
  });

  it("has no handler beyond its ten", async () => {
    const bench = await nandBench();
    expect(bench.ask(raw(0xdf), new Uint8Array(0)).status).toBe(STUB_STATUS.notImplemented);
    expect(bench.ask(raw(0xf0), new Uint8Array(0)).status).toBe(STUB_STATUS.invalidCommand);
  });
});

describe("the plugin's commands", () => {
  it("say who is there", async () => {
    const bench = await nandBench({ pins: 7, protection: 0x7c });
    const reply = bench.ask(NAND_ATTACH, { pins: 7 });
    expect(reply).toMatchObject({ status: 0, value: 0x00efaa21 });
    expect([...reply.body]).toEqual([0x7c]);
    expect(bench.ask(NAND_ATTACH, { pins: 8 })).toMatchObject({ status: 0, value: 0xffffffff });
  });

  it("fail before the flash is attached", async () => {
    const bench = await nandBench();
    expect(bench.ask(NAND_READ_SPARE, { page: 0 }).status).toBe(STUB_STATUS.spiFailed);
    expect(bench.ask(NAND_BEGIN, begin(0)).status).toBe(STUB_STATUS.spiFailed);
  });

  it.each([
    [0xd5, 3],
    [0xd6, 5],
    [0xd7, 4],
    [0xd7, 8],
    [0xd8, 12],
    [0xd9, 20],
    [0xdb, 4],
    [0xdc, 4],
  ])("refuse a request of the wrong length: %i with %i bytes", async (opcode, length) => {
    const bench = await attached();
    expect(bench.ask(raw(opcode), new Uint8Array(length)).status).toBe(STUB_STATUS.wrongLength);
  });

  it("mark and show marks", async () => {
    const bench = await attached({ badBlocks: [2] });
    expect(bench.ask(NAND_READ_SPARE, { page: 128 }).value).toBe(0xffffff00);
    bench.ask(NAND_WRITE_SPARE, { page: 64, isBad: 0 });
    expect(bench.ask(NAND_READ_SPARE, { page: 64 }).value).toBe(0xffffffff);
    bench.ask(NAND_WRITE_SPARE, { page: 64, isBad: 1 });
    expect(bench.ask(NAND_READ_SPARE, { page: 64 }).value).toBe(0);
  });

  it("write, filling up the last page, and erase with the first page of a block", async () => {
    const bench = await attached();
    const { nand } = bench.machine;
    nand?.place(BLOCK + 100 * 2048, Uint8Array.of(1, 2, 3));
    nand?.place(BLOCK + 2048, Uint8Array.of(0));
    const data = noise(0x4000 + 100);
    expect(bench.ask(NAND_DATA, { sequence: 0, block: data.subarray(0, 16) }).status).toBe(STUB_STATUS.notInFlashMode);
    expect(bench.ask(NAND_BEGIN, begin(BLOCK, 0x4000 + 100)).status).toBe(0);
    const first = data.subarray(0, 0x4000);
    expect(bench.ask(NAND_DATA, { sequence: 0, block: first }, 0).status).toBe(STUB_STATUS.wrongChecksum);
    expect(bench.ask(NAND_DATA, { sequence: 0, block: first }).status).toBe(0);
    expect(bench.ask(NAND_DATA, { sequence: 1, block: noise(101) }).status).toBe(STUB_STATUS.tooMuchData);
    expect(bench.ask(NAND_DATA, { sequence: 1, block: data.subarray(0x4000) }).status).toBe(0);
    expect(bench.ask(NAND_END, { stay: 1 }).status).toBe(0);
    expect(bench.ask(NAND_END, { stay: 1 }).status).toBe(STUB_STATUS.notInFlashMode);
    expect(nand?.read(BLOCK, data.length + 5)).toEqual(Uint8Array.of(...data, 0xff, 0xff, 0xff, 0xff, 0xff));
    expect(nand?.counters.erasesPerBlock).toEqual(new Map([[1, 1]]));
    expect(nand?.counters.bytesNotErased).toBe(0);
  });

  it("fail at once where the flash fails, not with the next command", async () => {
    const bench = await attached({ badBlocks: [1] });
    bench.ask(NAND_BEGIN, begin(BLOCK));
    expect(bench.ask(NAND_DATA, { sequence: 0, block: noise(0x4000) }).status).toBe(STUB_STATUS.nandEraseFailed);
    bench.faults.failsNandBlock = (block, operation) => block === 2 && operation === "program";
    bench.ask(NAND_BEGIN, begin(2 * BLOCK));
    expect(bench.ask(NAND_DATA, { sequence: 0, block: noise(0x4000) }).status).toBe(STUB_STATUS.nandProgramFailed);
  });

  it("erase whole blocks only, and stop at a bad one", async () => {
    const bench = await attached({ badBlocks: [1023] });
    bench.machine.nand?.place(0, Uint8Array.of(1));
    const erase = (address: number, sizeBytes: number): number =>
      bench.ask(NAND_ERASE_REGION, { address, sizeBytes }).status;
    expect([erase(0x1000, BLOCK), erase(0, 0x1000)]).toEqual([STUB_STATUS.wrongLength, STUB_STATUS.wrongLength]);
    expect(erase(0, 2 * BLOCK)).toBe(0);
    expect(bench.machine.nand?.read(0, 1)).toEqual(Uint8Array.of(0xff));
    expect(bench.ask(NAND_ERASE_ALL, {}).status).toBe(STUB_STATUS.nandEraseFailed);
  });

  it("read as for other flash, and invert the digest of what cannot be read", async () => {
    const bench = await attached();
    const data = noise(5000);
    bench.machine.nand?.place(0, data);
    const read = (): Uint8Array<ArrayBuffer>[] => {
      const [reply] = bench.replies(NAND_READ, { address: 0, sizeBytes: 5000, blockSize: 4096, maximumInFlight: 64 });
      expect(reply?.status ?? 0).toBe(0);
      const frames: Uint8Array<ArrayBuffer>[] = [];
      for (const total of [4096, 5000]) {
        bench.raw(wordsToBytes([total]));
        frames.push(...bench.take());
      }
      return frames;
    };
    expect(read()).toEqual([data.subarray(4096), md5(data)]);
    bench.faults.failsNandBlock = (_block, operation) => operation === "read";
    expect(read()).toEqual([new Uint8Array(904), md5(new Uint8Array(5000)).map((byte) => byte ^ 0xff)]);
    const wrong = { address: 0, sizeBytes: 5000, blockSize: 4097, maximumInFlight: 1 };
    expect(bench.ask(NAND_READ, wrong).status).toBe(STUB_STATUS.ok);
    expect(bench.ask(NAND_READ, wrong).status).toBe(STUB_STATUS.wrongLength);
  });
});
