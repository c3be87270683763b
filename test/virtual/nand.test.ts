import { describe, expect, it } from "vitest";
import { equalBytes } from "../../src/core/bytes/words.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import type { EspEvent } from "../../src/core/events.ts";
import { eraseNand } from "../../src/core/flash/nand/erase-nand.ts";
import { readNand } from "../../src/core/flash/nand/read-nand.ts";
import { dumpBadBlocks, readNandSpare, writeNandSpare } from "../../src/core/flash/nand/spare.ts";
import { verifyNand } from "../../src/core/flash/nand/verify-nand.ts";
import { type WriteNandOptions, writeNand } from "../../src/core/flash/nand/write-nand.ts";
import { readFlash } from "../../src/core/flash/read/read-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { ConnectOptions, Session } from "../../src/core/session/session.ts";
import { stubMemory } from "../../src/core/session/stub-memory.ts";
import type { NandFlashOptions, NandMemory } from "../../src/virtual/flash/nand-flash.ts";
import { INSTANT_TIMING } from "../../src/virtual/time/timing.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";
import { codeOf, errorOf } from "../support/outcome.ts";

const BLOCK = 0x20000;
const PAGES = 64;
const PINS: WriteNandOptions = { spiConnection: "12,13,11,9,10" };
const PINS_WORD = (9 << 24) | (10 << 18) | (11 << 12) | (13 << 6) | 12;
const OP = { attach: 0xd5, readSpare: 0xd6, read: 0xd8, begin: 0xd9, data: 0xda, end: 0xde, erase: 0xdc } as const;

interface Bench {
  readonly chip: VirtualChip;
  readonly nand: NandMemory;
  readonly session: Session;
  readonly events: EspEvent[];
}

async function bench(nand: NandFlashOptions = {}, connecting: ConnectOptions = {}): Promise<Bench> {
  const chip = virtualChip("esp32s3", { silicon: { nand }, timing: INSTANT_TIMING });
  const events: EspEvent[] = [];
  const session = await connect(chip.port, {
    baudRate: 2_000_000,
    plugins: ["nand"],
    ...connecting,
    onEvent: (event) => {
      events.push(event);
    },
  });
  if (chip.nand === null) throw new Error("no NAND flash");
  return { chip, nand: chip.nand, session, events };
}

function contents(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 24) | 1;
  });
}

function isBad(nand: NandMemory, block: number): boolean {
  return nand.readSpare(block * PAGES)[0] !== 0xff;
}

describe("NAND flash", () => {
  it("is attached once, said to be an experiment once, and named", async () => {
    const { session, events } = await bench({ pins: PINS_WORD });
    await readNandSpare(session, 0, PINS);
    await readNandSpare(session, 64, PINS);
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === "nand.attached")).toHaveLength(1);
    expect(events.filter((event) => "code" in event && event.code === "nand.experimental")).toHaveLength(1);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "nand.attached", manufacturer: 0xef, device: 0xaa21, status: 0 }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: "stub.uploading", plugins: [{ name: "nand", sizeBytes: 3940 }] }),
    );
  });

  it("writes, verifies, reads and erases, leaving bad blocks out", async () => {
    const { nand, session, events } = await bench({ badBlocks: [3, 5, 6] });
    const data = contents(3 * BLOCK + 5000);
    nand.place(2 * BLOCK, contents(BLOCK, 9));
    const { files } = await writeNand(session, [{ address: 2 * BLOCK, data, name: "image" }], PINS);
    expect(files[0]).toMatchObject({ blocks: [2, 4, 7, 8].map((block) => block * BLOCK), marked: [] });
    expect(nand.counters.bytesNotErased).toBe(0);
    expect(nand.read(8 * BLOCK, 6000)).toEqual(
      Uint8Array.of(...data.subarray(3 * BLOCK), ...new Uint8Array(1000).fill(0xff)),
    );
    expect(events.filter(({ type }) => type === "nand.block-skipped")).toHaveLength(3);
    expect(events).toContainEqual(expect.objectContaining({ type: "verify.matched", after: "read-back" }));
    const file = { address: 2 * BLOCK, data, name: "image" };
    expect(await verifyNand(session, [file], PINS)).toMatchObject({ matched: true });
    const read = await readNand(session, { address: 2 * BLOCK, sizeBytes: data.length }, PINS);
    expect(equalBytes(read.data, data)).toBe(true);
    expect(read.skipped).toEqual([3, 5, 6].map((block) => block * BLOCK));
    const erased = await eraseNand(session, { address: 2 * BLOCK, sizeBytes: 7 * BLOCK }, PINS);
    expect(erased).toMatchObject({ erased: 4, skipped: 3, failed: 0 });
    expect([2, 4, 7, 8].every((block) => nand.read(block * BLOCK, BLOCK).every((byte) => byte === 0xff))).toBe(true);
    expect([3, 5, 6].every((block) => isBad(nand, block))).toBe(true);
  });

  it("reads from any address, and only what is asked for", async () => {
    const { nand, session } = await bench({ badBlocks: [1] });
    const data = contents(3 * BLOCK, 3);
    nand.place(0, data);
    const read = await readNand(session, { address: BLOCK - 3001, sizeBytes: 9001 }, PINS);
    expect(equalBytes(read.data.subarray(0, 3001), data.subarray(BLOCK - 3001, BLOCK))).toBe(true);
    expect(equalBytes(read.data.subarray(3001), data.subarray(2 * BLOCK, 2 * BLOCK + 6000))).toBe(true);
    const end = { address: 1023 * BLOCK, sizeBytes: "all" as const };
    expect((await readNand(session, end, PINS)).data).toHaveLength(BLOCK);
  });

  it("tells which bytes differ, at their addresses in flash", async () => {
    const { nand, session, events } = await bench({ badBlocks: [1] });
    const data = contents(BLOCK + 100);
    nand.place(0, data.subarray(0, BLOCK));
    nand.place(2 * BLOCK, data.subarray(BLOCK));
    expect(await verifyNand(session, [{ address: 0, data }], PINS)).toMatchObject({ matched: true });
    nand.place(2 * BLOCK + 50, Uint8Array.of(0, 0));
    const result = await verifyNand(session, [{ address: 0, data }], { ...PINS, diff: true });
    expect(result.matched).toBe(false);
    expect(result.files[0]?.differences).toMatchObject({ count: 2, firstAddress: 2 * BLOCK + 50 });
    expect(events).toContainEqual(expect.objectContaining({ type: "nand.block-mismatched", address: 2 * BLOCK }));
  });

  it("asks each block for its mark once, and no more blocks than it needs", async () => {
    const { nand, session } = await bench();
    const data = contents(BLOCK + 1);
    await writeNand(session, [{ address: 0, data }], PINS);
    expect(nand.counters.sparesRead).toBe(2);
    await readNand(session, { address: 0, sizeBytes: data.length }, PINS);
    expect(nand.counters.sparesRead).toBe(2);
  });

  it("marks pages, and says when a mark cannot be taken away", async () => {
    const { nand, session } = await bench();
    expect(await readNandSpare(session, 192, PINS)).toEqual({ page: 192, firstWord: 0xffffffff, isBad: false });
    expect(await writeNandSpare(session, 192, false, PINS)).toMatchObject({ isBad: false });
    expect(await writeNandSpare(session, 192, true, PINS)).toEqual({ page: 192, firstWord: 0, isBad: true });
    expect(isBad(nand, 3)).toBe(true);
    expect(await codeOf(writeNandSpare(session, 192, false, PINS))).toBe("flash.write-failed");
    expect((await dumpBadBlocks(session, PINS)).badBlocks).toEqual([3]);
    const region = { address: 3 * BLOCK, sizeBytes: BLOCK };
    expect(await eraseNand(session, region, PINS)).toMatchObject({ erased: 0, skipped: 1 });
    expect(await eraseNand(session, region, { ...PINS, force: true })).toMatchObject({ erased: 1, skipped: 0 });
    expect(isBad(nand, 3)).toBe(false);
    expect(await codeOf(readNandSpare(session, 65536, PINS))).toBe("argument.invalid");
  });

  it("maps bad blocks, one byte each", async () => {
    const { session } = await bench({ badBlocks: [0, 700, 1023] });
    const { map, badBlocks } = await dumpBadBlocks(session, PINS);
    expect(badBlocks).toEqual([0, 700, 1023]);
    expect(map).toHaveLength(1024);
    expect([...map.keys()].filter((block) => map[block] !== 0)).toEqual([0, 700, 1023]);
    expect((await dumpBadBlocks(session, { ...PINS, blockCount: 5 })).map).toEqual(Uint8Array.of(1, 0, 0, 0, 0));
    expect(await codeOf(dumpBadBlocks(session, { ...PINS, blockCount: 1025 }))).toBe("argument.invalid");
  });

  it("erases the whole flash and leaves the marks of the factory", async () => {
    const { nand, session } = await bench({ badBlocks: [1, 1000] });
    nand.place(500 * BLOCK, contents(10));
    expect(await eraseNand(session, "all", PINS)).toMatchObject({ erased: 1022, skipped: 2, failed: 0 });
    expect(nand.snapshot().pages.map(({ page }) => page)).toEqual([64, 64_000]);
  });

  it("stays apart from the NOR flash of the same session", async () => {
    const { chip, session, events } = await bench();
    chip.flash.place(0x1000, Uint8Array.of(1, 2, 3));
    await readFlash(session, { address: 0x1000, sizeBytes: 3 }, { spiConnection: "SPI" });
    await writeNand(session, [{ address: 0, data: contents(10) }], PINS);
    expect((await readFlash(session, { address: 0x1000, sizeBytes: 3 }, { spiConnection: "SPI" })).data).toEqual(
      Uint8Array.of(1, 2, 3),
    );
    expect((await readNand(session, { address: 0, sizeBytes: 10 }, PINS)).data).toEqual(contents(10));
    // Each time the other one's pins have been in force.
    const attached = events.map(({ type }) => type).filter((type) => /^(flash|nand)\.attaching$/.test(type));
    expect(attached).toEqual(["flash.attaching", "nand.attaching", "flash.attaching", "nand.attaching"]);
    await disconnect(session);
  });
});

describe("blocks that fail", () => {
  it.each(["program", "erase", "corrupt", "read"] as const)(
    "are marked, and the data goes on: %s",
    async (operation) => {
      const { chip, nand, session, events } = await bench();
      const data = contents(2 * BLOCK);
      chip.faults.failNandBlock(4, operation);
      const { files } = await writeNand(session, [{ address: 3 * BLOCK, data }], PINS);
      expect(files[0]).toMatchObject({ blocks: [3 * BLOCK, 5 * BLOCK], marked: [4 * BLOCK] });
      expect(isBad(nand, 4)).toBe(true);
      const during = operation === "program" || operation === "erase" ? operation : "verify";
      expect(events).toContainEqual(expect.objectContaining({ type: "nand.block-marked", address: 4 * BLOCK, during }));
      const read = await readNand(session, { address: 3 * BLOCK, sizeBytes: data.length }, PINS);
      expect(equalBytes(read.data, data)).toBe(true);
    },
  );

  it("that cannot be marked either end the write: nobody would know that they are to be left out", async () => {
    const { chip, session } = await bench();
    chip.faults.failNandBlock(0, "program");
    chip.faults.failNandBlock(0, "mark");
    expect(await codeOf(writeNand(session, [{ address: 0, data: contents(10) }], PINS))).toBe("flash.write-failed");
  });

  it("use the budget up", async () => {
    const { chip, nand, session } = await bench({ badBlocks: [1] });
    chip.faults.failNandBlock(2, "program");
    const write = writeNand(session, [{ address: 0, data: contents(2 * BLOCK) }], { ...PINS, endAddress: 3 * BLOCK });
    const error = await errorOf(write);
    expect(error.code).toBe("nand.too-few-blocks");
    expect(error.details).toMatchObject({ needed: 2, available: 1 });
    expect(isBad(nand, 2)).toBe(true);
  });

  it("push an image into the next one", async () => {
    const { chip, session } = await bench();
    chip.faults.failNandBlock(0, "erase");
    const files = [
      { address: 0, data: contents(10) },
      { address: BLOCK, data: contents(10, 2) },
    ];
    expect(await codeOf(writeNand(session, files, PINS))).toBe("flash.overlap");
  });

  it("are marked by an erase, which goes on", async () => {
    const { chip, nand, session } = await bench();
    chip.faults.failNandBlock(1, "erase");
    const region = { address: 0, sizeBytes: 3 * BLOCK };
    expect(await eraseNand(session, region, PINS)).toMatchObject({ erased: 2, skipped: 0, failed: 1 });
    expect(isBad(nand, 1)).toBe(true);
    chip.faults.failNandBlock(2, "erase");
    chip.faults.failNandBlock(2, "mark");
    expect(await codeOf(eraseNand(session, region, PINS))).toBe("flash.erase-failed");
  });

  it("and cannot be read say so by their digest", async () => {
    const { chip, session } = await bench();
    chip.faults.failNandBlock(0, "read");
    const error = await errorOf(readNand(session, { address: 0, sizeBytes: 100 }, PINS));
    expect(error.code).toBe("flash.read-corrupt");
    expect(error.details).toMatchObject({ unreadable: true });
    expect(error.message).toMatch(/[Dd]igest/);
    chip.faults.clear();
    chip.faults.failNandBlock(0, "read", { times: 1 });
    expect((await readNand(session, { address: 0, sizeBytes: 100 }, PINS)).data).toHaveLength(100);
  });
});

describe("what is refused", () => {
  const small = contents(10);
  it.each<[string, string, RegExp, (session: Session) => Promise<unknown>]>([
    [
      "an end address between blocks",
      "flash.unaligned",
      /end address.*multiple/,
      (session) => writeNand(session, [{ address: 0, data: small }], { ...PINS, endAddress: 4096 }),
    ],
    [
      "an end address beyond the flash",
      "flash.out-of-range",
      /end address/,
      (session) => writeNand(session, [{ address: 0, data: small }], { ...PINS, endAddress: 1025 * BLOCK }),
    ],
    [
      "a file beyond the end address",
      "flash.out-of-range",
      /end address/,
      (session) => writeNand(session, [{ address: BLOCK, data: small }], { ...PINS, endAddress: BLOCK }),
    ],
    [
      "a file between blocks",
      "flash.unaligned",
      /block size/,
      (session) => writeNand(session, [{ address: 4096, data: small }], PINS),
    ],
    [
      "files over each other",
      "flash.overlap",
      /overlap/,
      (session) =>
        writeNand(
          session,
          [
            { address: 0, data: contents(BLOCK + 1) },
            { address: BLOCK, data: small },
          ],
          PINS,
        ),
    ],
    [
      "two files in one block",
      "flash.overlap",
      /overlap/,
      (session) =>
        writeNand(
          session,
          [
            { address: 0, data: small },
            { address: 0, data: small },
          ],
          PINS,
        ),
    ],
    [
      "a file that bad blocks push into the next",
      "flash.overlap",
      /image overlap/,
      (session) =>
        writeNand(
          session,
          [
            { address: 10 * BLOCK, data: contents(2 * BLOCK) },
            { address: 12 * BLOCK, data: small },
          ],
          PINS,
        ),
    ],
    [
      "a file for which there are too few good blocks",
      "nand.too-few-blocks",
      /Not enough good blocks/,
      (session) =>
        writeNand(session, [{ address: 10 * BLOCK, data: contents(2 * BLOCK) }], { ...PINS, endAddress: 12 * BLOCK }),
    ],
    [
      "five bad blocks in a row",
      "nand.too-few-blocks",
      /Not enough good blocks/,
      (session) => writeNand(session, [{ address: 20 * BLOCK, data: small }], PINS),
    ],
    [
      "an erase between blocks",
      "flash.unaligned",
      /multiple/,
      (session) => eraseNand(session, { address: 0, sizeBytes: 4096 }, PINS),
    ],
    [
      "an erase beyond the flash",
      "flash.out-of-range",
      /within/,
      (session) => eraseNand(session, { address: 1024 * BLOCK, sizeBytes: BLOCK }, PINS),
    ],
    [
      "a read beyond the flash",
      "flash.out-of-range",
      /within/,
      (session) => readNand(session, { address: 1023 * BLOCK, sizeBytes: BLOCK + 1 }, PINS),
    ],
    [
      "a read of more than the good blocks hold",
      "nand.too-few-blocks",
      /Not enough good blocks/,
      (session) => readNand(session, { address: 1022 * BLOCK, sizeBytes: 2 * BLOCK }, PINS),
    ],
    ["pins that are none", "argument.invalid", /SPI/, (session) => readNandSpare(session, 0, { spiConnection: "1,2" })],
  ])("%s", async (_what, code, sentence, work) => {
    const { nand, session } = await bench({ badBlocks: [11, 20, 21, 22, 23, 24, 1023] });
    const error = await errorOf(work(session));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
    expect(nand.counters.pagesProgrammed).toBe(0);
    expect(nand.counters.erasesPerBlock.size).toBe(0);
  });

  it("a chip that nobody knows, and pins at which there is none", async () => {
    const other = await bench({ device: 0xaa22 });
    expect(await codeOf(readNandSpare(other.session, 0, PINS))).toBe("nand.unrecognized");
    const elsewhere = await bench({ pins: 5 });
    const error = await errorOf(readNandSpare(elsewhere.session, 0, PINS));
    expect(error.message).toMatch(/Unrecognized NAND JEDEC ID/);
    const { session, events } = await bench({ protection: 0x7c });
    await readNandSpare(session, 0, PINS);
    expect(events).toContainEqual(expect.objectContaining({ type: "warning", code: "nand.protected" }));
  });
});

describe("the stub's plugin", () => {
  const attempt = (chip: VirtualChip, options: ConnectOptions): Promise<unknown> =>
    connect(chip.port, { plugins: ["nand"], ...options });

  it.each<[string, ChipId, ConnectOptions, string, RegExp]>([
    ["no stub", "esp32s3", { stub: false }, "stub.required", /stub/],
    ["a chip whose stub takes none", "esp32c3", {}, "stub.plugin-missing", /does not support plugins/],
    ["a chip without a stub", "esp32h21", {}, "stub.required", /stub/],
    ["a plugin that does not exist", "esp32s3", { plugins: ["nor"] }, "stub.plugin-missing", /not found in.*stub/],
    ["a name that every object has", "esp32s3", { plugins: ["toString"] }, "stub.plugin-missing", /not found in/],
  ])("cannot be had with %s", async (_what, id, options, code, sentence) => {
    const error = await errorOf(attempt(virtualChip(id), options));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
  });

  it("cannot be had where secure boot forbids the stub", async () => {
    const error = await errorOf(attempt(virtualChip("esp32c3", { silicon: { secureBoot: true } }), {}));
    expect(error.code).toBe("stub.required");
    expect(error.details).toEqual({ obstacle: "stub.secure-boot" });
  });

  it("is missing in a stub that runs already, and a reset helps", async () => {
    const chip = virtualChip("esp32s3", { silicon: { nand: {} } });
    await disconnect(await connect(chip.port), { reset: "no-reset-stub" });
    const session = await connect(chip.port, { before: "no-reset", plugins: ["nand"] });
    expect(await codeOf(readNandSpare(session, 0, PINS))).toBe("stub.plugin-missing");
    await disconnect(session, { reset: "no-reset-stub" });
    const again = await connect(chip.port, { plugins: ["nand"] });
    expect(await readNandSpare(again, 0, PINS)).toMatchObject({ isBad: false });
    await disconnect(again, { reset: "no-reset-stub" });
    // Now it is there, and the next session finds it.
    const next = await connect(chip.port, { before: "no-reset", plugins: ["nand"] });
    expect(await readNandSpare(next, 0, PINS)).toMatchObject({ isBad: false });
  });

  it("is not needed where the library forgot to ask for it: the error says so", async () => {
    const rom = await bench({}, { stub: false, plugins: [] });
    expect(await codeOf(readNandSpare(rom.session, 0, PINS))).toBe("stub.required");
    const plain = await bench({}, { plugins: [] });
    expect(await codeOf(readNandSpare(plain.session, 0, PINS))).toBe("stub.plugin-missing");
  });

  it("counts as memory of the stub", async () => {
    const { session } = await bench();
    const code = (await stubMemory(live(session))).filter(({ holds }) => holds === "code");
    expect(code.map(({ start, end }) => [start, end - start])).toEqual([
      [0x40378000, 7832],
      [0x40379ea0, 3940],
    ]);
  });

  it("works with secure boot, through the flash-read pointer", async () => {
    const chip = virtualChip("esp32s3", { silicon: { nand: {}, secureBoot: true } });
    const session = await connect(chip.port, { plugins: ["nand"] });
    expect(await readNandSpare(session, 0, PINS)).toMatchObject({ isBad: false });
  });
});

describe("faults on the line", () => {
  const FAULTS: Readonly<Record<string, (chip: VirtualChip, opcode: number, skip: number) => void>> = {
    "reply lost": (chip, opcode, skip) => chip.faults.dropNextReply({ opcode, skip }),
    "reply garbled": (chip, opcode, skip) => chip.faults.corruptNextReply({ opcode, skip }),
    "reply without a byte": (chip, opcode, skip) => chip.faults.dropReplyByte(4, { opcode, skip }),
    "reply too late": (chip, opcode, skip) => chip.faults.delayNextReply(15_000, { opcode, skip }),
    "request lost": (chip, opcode, skip) => chip.faults.dropNextRequest({ opcode, skip }),
    "request garbled": (chip, opcode, skip) => chip.faults.corruptNextRequest({ opcode, skip }),
  };
  const phases = [
    [OP.attach, 0],
    [OP.readSpare, 1],
    [OP.begin, 1],
    [OP.data, 0],
    [OP.data, 9],
    [OP.end, 0],
    [OP.read, 1],
  ] as const;
  const cells = Object.keys(FAULTS).flatMap((name) => phases.map(([op, skip]) => [name, op, skip] as const));

  it.each(cells)("%s, command %i after %i: the data is there, no block is blamed", async (name, opcode, skip) => {
    const { chip, nand, session } = await bench({ badBlocks: [1] });
    const data = contents(BLOCK + 3000);
    FAULTS[name]?.(chip, opcode, skip);
    const { files } = await writeNand(session, [{ address: 0, data }], PINS);
    expect(files[0]).toMatchObject({ blocks: [0, 2 * BLOCK], marked: [] });
    expect(equalBytes(nand.read(0, BLOCK), data.subarray(0, BLOCK))).toBe(true);
    expect(equalBytes(nand.read(2 * BLOCK, 3000), data.subarray(BLOCK))).toBe(true);
    // Whatever was written twice was erased between.
    expect(nand.counters.bytesNotErased).toBe(0);
  });

  it("a mark that one garbled answer pretends is not believed", async () => {
    const { chip, session } = await bench();
    await readNandSpare(session, 5, PINS);
    // The first byte of the value: bytes 1 to 8 of the frame are the header, the value its last four.
    chip.faults.corruptFrameByte(5, 0x10, {});
    const read = await readNand(session, { address: 0, sizeBytes: 10 }, PINS);
    expect(read.skipped).toEqual([]);
    expect(live(session).link.counters.resynchronisations).toBe(0);
    chip.faults.corruptFrameByte(5, 0x10, {});
    expect(await readNandSpare(session, 64, PINS)).toMatchObject({ firstWord: 0xffffffff, isBad: false });
  });

  it("random noise: written and read right, or an error", async () => {
    for (let seed = 1; seed <= 2; seed++) {
      const { chip, nand, session } = await bench();
      const data = contents(BLOCK + 5000, seed);
      chip.faults.soak(seed, 60_000);
      try {
        const { files } = await writeNand(session, [{ address: 0, data }], PINS);
        const stored = (files[0]?.blocks ?? []).map((address) => nand.read(address, BLOCK));
        expect(equalBytes(stored[0] ?? data, data.subarray(0, BLOCK))).toBe(true);
        const { data: read } = await readNand(session, { address: 0, sizeBytes: data.length }, PINS);
        expect(equalBytes(read, data)).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(link|flash)\./) });
      }
    }
  });

  it("a damaged frame of contents is read again", async () => {
    const { chip, nand, session } = await bench();
    nand.place(0, contents(BLOCK));
    await readNandSpare(session, 0, PINS);
    for (const byte of [1, 700]) chip.faults.corruptFrameByte(byte, 0x04, { skip: 4 + byte });
    const { data } = await readNand(session, { address: 0, sizeBytes: BLOCK }, PINS);
    expect(equalBytes(data, contents(BLOCK))).toBe(true);
  });

  it("Ctrl-C in the middle leaves a session that works", async () => {
    const { session, nand } = await bench();
    const stop = new AbortController();
    const data = contents(2 * BLOCK);
    const writing = writeNand(session, [{ address: 0, data }], { ...PINS, signal: stop.signal });
    live(session).link.clock.after(300, () => stop.abort());
    expect(await codeOf(writing)).toBe("operation.aborted");
    await writeNand(session, [{ address: 0, data }], PINS);
    expect(equalBytes(nand.read(0, data.length), data)).toBe(true);
  });
});
