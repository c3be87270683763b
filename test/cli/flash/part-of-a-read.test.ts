import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.ts";
import { equalBytes } from "../../../src/core/bytes/words.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../../src/virtual.ts";
import { type TestCliHost, testCliHost } from "../../support/cli-host.ts";
import { noise } from "../../support/noise.ts";

const DATA = noise(0x100000);
const PART = "out.bin.part";
const RECORD = "out.bin.part.json";
const OTHER_MAC = Uint8Array.of(9, 8, 7, 6, 5, 4);

const board = (options: VirtualChipOptions = {}): VirtualChip =>
  virtualChip("esp32c3", { contents: [{ address: 0, bytes: DATA }], ...options });

/** A world whose files stay while the boards are exchanged. */
function world(files: Readonly<Record<string, Uint8Array>> = {}) {
  const stored = new Map<string, Uint8Array | { readonly code: string }>(Object.entries(files));
  const bytesOf = (name: string): Uint8Array => {
    const file = stored.get(name);
    return file instanceof Uint8Array ? file : new Uint8Array(0);
  };
  const read = async (
    chip: VirtualChip,
    {
      words = "0 0x100000 out.bin",
      stopAt = null,
      change = () => {},
    }: { words?: string; stopAt?: RegExp | null; change?: (host: TestCliHost) => void } = {},
  ) => {
    const host = testCliHost({ port: chip.port });
    for (const [name, file] of stored) host.stored.set(name, file);
    change(host);
    const { write } = host.stdout;
    let isStopped = false;
    const streams = {
      ...host.stdout,
      write: (text: string) => {
        write(text);
        if (isStopped || stopAt === null || !stopAt.test(host.out())) return;
        isStopped = true;
        host.interrupt();
      },
    };
    const before = chip.counters.chipBytes;
    const code = await runCli(["--port", "x", "--baud", "921600", "read-flash", ...words.split(" ")], {
      ...host,
      stdout: streams,
    });
    stored.clear();
    for (const [name, file] of host.stored) stored.set(name, file);
    return { code, out: host.out(), err: host.err(), transferred: chip.counters.chipBytes - before };
  };
  return { stored, bytesOf, read, names: () => [...stored.keys()].sort() };
}

/** Halfway. */
const HALF = /5\d\.\d%/;

async function halfRead() {
  const there = world();
  const stopped = await there.read(board(), { stopAt: HALF });
  expect(stopped.code).toBe(130);
  return { ...there, stopped };
}

describe("a read that is stopped", () => {
  it("leaves what is proved and says so, and the same command reads the rest", async () => {
    const there = await halfRead();
    const { doneBytes } = JSON.parse(new TextDecoder().decode(there.bytesOf(RECORD)));
    expect(doneBytes).toBeGreaterThanOrEqual(0x40000);
    expect(there.names()).toEqual([PART, RECORD]);
    expect(equalBytes(there.bytesOf(PART).slice(0, doneBytes), DATA.slice(0, doneBytes))).toBe(true);
    expect(there.stopped.out).toContain(
      `${doneBytes} of 1048576 bytes are in 'out.bin.part'; the same command goes on from there.`,
    );
    expect(there.stopped.err).toBe("\nInterrupted.\n");
    const rest = await there.read(board());
    expect(rest).toMatchObject({ code: 0, err: "" });
    expect(rest.out).toContain(`Going on after ${doneBytes} of 1048576 bytes`);
    expect(rest.transferred).toBeLessThan(DATA.length - doneBytes + 0x4000);
    expect(there.names()).toEqual(["out.bin"]);
    expect(equalBytes(there.bytesOf("out.bin"), DATA)).toBe(true);
  });

  it("the file that is to be replaced stays until all is there, and is known meanwhile", async () => {
    const old = DATA.slice();
    old[0x8_0000] = (old[0x8_0000] ?? 0) ^ 1;
    const there = world({ "out.bin": old });
    const stopped = await there.read(board(), { words: "--no-skip 0 0x100000 out.bin", stopAt: HALF });
    expect(stopped.code).toBe(130);
    expect(equalBytes(there.bytesOf("out.bin"), old)).toBe(true);
    const sizes: number[] = [];
    const rest = await there.read(board(), {
      change: ({ files }) => {
        const { readSlice } = files;
        files.readSlice = (path, offset, size) => {
          sizes.push(size);
          return readSlice(path, offset, size);
        };
        files.read = () => Promise.reject(new Error("all of it at once"));
      },
    });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(0x100000);
    expect(rest.transferred).toBeLessThan(0x20000);
    expect(equalBytes(there.bytesOf("out.bin"), DATA)).toBe(true);
    expect(there.names()).toEqual(["out.bin"]);
  });

  it("again before anything new was read, nothing is lost", async () => {
    const there = await halfRead();
    const before = there.bytesOf(PART);
    const again = await there.read(board(), { stopAt: /Going on after/ });
    expect(again.code).toBe(130);
    expect(again.out).toContain("'out.bin.part' is as it was; nothing new was read.");
    expect(again.err).toBe("\nInterrupted.\n");
    expect(equalBytes(there.bytesOf(PART), before)).toBe(true);
    expect((await there.read(board())).out).toContain("Going on after");
  });

  it("in JSON, too", async () => {
    const there = await halfRead();
    const { code, out } = await there.read(board(), { words: "0 0x100000 out.bin --json" });
    expect(code).toBe(0);
    const last = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
    expect(last).toMatchObject({ ok: true, sizeBytes: 0x100000, output: "out.bin" });
    expect(last.resumedBytes).toBeGreaterThan(0);
  });
});

describe("a part that does not do", () => {
  const other = DATA.slice();
  other[5] = (other[5] ?? 0) ^ 1;
  const garbage = new TextEncoder().encode("{");
  it.each<[string, RegExp, { chip?: VirtualChipOptions; spoil?: (part: Uint8Array) => Record<string, Uint8Array> }]>([
    [
      "of flash that was changed",
      /is not what flash holds now/,
      { chip: { contents: [{ address: 0, bytes: other }] } },
    ],
    ["that is damaged", /is damaged/, { spoil: (part) => ({ [PART]: part.map((byte) => byte ^ 1) }) }],
    ["that is too short", /is damaged/, { spoil: (part) => ({ [PART]: part.slice(0, 100) }) }],
    ["whose record is damaged", /is damaged/, { spoil: () => ({ [RECORD]: garbage }) }],
    ["whose record is endless", /is damaged/, { spoil: () => ({ [RECORD]: new Uint8Array(100_000).fill(32) }) }],
  ])("%s is told, and begun anew", async (_what, told, { chip, spoil = () => ({}) }) => {
    const there = await halfRead();
    for (const [name, bytes] of Object.entries<Uint8Array>(spoil(there.bytesOf(PART)))) there.stored.set(name, bytes);
    const whole = board(chip);
    const again = await there.read(whole);
    expect(again.code).toBe(0);
    expect(again.out).toMatch(new RegExp(`What was read before ${told.source}; reading from the start\\.`));
    expect(equalBytes(there.bytesOf("out.bin"), whole.flash.read(0, 0x100000))).toBe(true);
    expect(there.names()).toEqual(["out.bin"]);
  });

  it.each<[string, RegExp, { chip?: VirtualChipOptions; words: string }]>([
    ["chip", /is of another chip/, { chip: { silicon: { mac: OTHER_MAC } }, words: "0 0x100000" }],
    ["size", /is of another part of the flash/, { words: "0 0xff000" }],
    ["place", /is of another part of the flash/, { words: "0x1000 0x100000" }],
  ])("of another %s is kept under another name, and can be gone on with", async (_what, told, { chip, words }) => {
    const there = await halfRead();
    const part = there.bytesOf(PART);
    const { doneBytes } = JSON.parse(new TextDecoder().decode(there.bytesOf(RECORD)));
    const whole = board(chip);
    const other = await there.read(whole, { words: `${words} out.bin` });
    expect(other).toMatchObject({ code: 0, err: "" });
    expect(other.out).toMatch(new RegExp(`What was read before ${told.source}; reading from the start\\.`));
    expect(other.out).toMatch(
      new RegExp(
        `\\(${doneBytes} of 1048576 bytes from 0x00000000 of the chip [0-9a-f:]{17}\\) is kept in 'out\\.bin\\.1\\.part'; the same read into 'out\\.bin\\.1' goes on from there\\.`,
      ),
    );
    const [address = 0, sizeBytes = 0] = words.split(" ").map(Number);
    expect(equalBytes(there.bytesOf("out.bin"), whole.flash.read(address, sizeBytes))).toBe(true);
    expect(there.names()).toEqual(["out.bin", "out.bin.1.part", "out.bin.1.part.json"]);
    expect(equalBytes(there.bytesOf("out.bin.1.part"), part)).toBe(true);
    const rest = await there.read(board(), { words: "0 0x100000 out.bin.1" });
    expect(rest.out).toContain(`Going on after ${doneBytes} of 1048576 bytes`);
    expect(equalBytes(there.bytesOf("out.bin.1"), DATA)).toBe(true);
    expect(there.names()).toEqual(["out.bin", "out.bin.1"]);
  });

  it("of another read gets a name that nobody has, or is not written over", async () => {
    const another = () => board({ silicon: { mac: OTHER_MAC } });
    const there = await halfRead();
    const part = there.bytesOf(PART);
    there.stored.set("out.bin.1", Uint8Array.of(1));
    there.stored.set("out.bin.2.part", Uint8Array.of(2));
    const before = there.stored.size;
    const busy = (host: TestCliHost) => void host.files.lock("out.bin.3.part");
    const second = await there.read(another(), { change: busy, stopAt: HALF });
    expect(second.code).toBe(130);
    expect(equalBytes(there.bytesOf("out.bin.4.part"), part)).toBe(true);
    expect(there.stored.size).toBe(before + 2);
    for (let count = 1; count < 100; count++) there.stored.set(`out.bin.${count}`, Uint8Array.of(1));
    const kept = there.bytesOf(PART);
    const third = await there.read(board());
    expect([third.code, third.err]).toEqual([2, expect.stringContaining("code: file.exists")]);
    expect(third.out).toContain("'out.bin.part' is as it was; nothing new was read.");
    expect(equalBytes(there.bytesOf(PART), kept)).toBe(true);
    expect(there.stored.has("out.bin")).toBe(false);
  });

  it("of another read that cannot get another name is not written over", async () => {
    const there = await halfRead();
    const part = there.bytesOf(PART);
    const fail = (): Promise<never> => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" }));
    const { code, err } = await there.read(board({ silicon: { mac: OTHER_MAC } }), {
      change: ({ files }) => Object.assign(files, { move: fail }),
    });
    expect([code, err]).toEqual([2, expect.stringContaining("code: file.unwritable")]);
    expect(there.names()).toEqual([PART, RECORD]);
    expect(equalBytes(there.bytesOf(PART), part)).toBe(true);
    expect((await there.read(board())).out).toContain("Going on after");
  });

  it("nor one that cannot be read", async () => {
    const there = await halfRead();
    const again = await there.read(board(), {
      change: ({ files }) => {
        const { readSlice } = files;
        files.readSlice = (path, ...where) =>
          path === PART ? Promise.reject(new Error("EIO")) : readSlice(path, ...where);
      },
    });
    expect(again.out).toContain("What was read before cannot be had; reading from the start.");
    // What cannot be read cannot be copied either.
    expect(again.code).toBe(2);
    expect(there.names()).toEqual([PART, RECORD]);
  });

  it("a file of that name that is nobody's part is not touched", async () => {
    const there = world({ [PART]: Uint8Array.of(1, 2, 3) });
    const { code, err } = await there.read(board());
    expect(code).toBe(2);
    expect(err).toContain(
      "There is a file 'out.bin.part', and nothing beside it says that it is a part of an earlier read.",
    );
    expect(err).toContain("code: file.exists");
    expect(there.bytesOf(PART)).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe("trouble with the disk and the port", () => {
  const full = (): Promise<never> => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
  /** A disk with room for so much. */
  const roomFor = (bytes: number) => (host: TestCliHost) => {
    const { grow } = host.files;
    host.files.grow = async (path, kept) => {
      const file = await grow(path, kept);
      let left = bytes - kept;
      return {
        ...file,
        append: async (data) => {
          await file.append(data.subarray(0, Math.max(0, left)));
          left -= data.length;
          if (left < 0) await full();
        },
      };
    };
  };

  it("a full disk leaves what had room, and the rest is read when there is more", async () => {
    const there = world();
    const short = await there.read(board(), { change: roomFor(0x90000) });
    expect(short.code).toBe(2);
    expect(short.err).toContain("The file 'out.bin' cannot be written: the disk is full.");
    expect(short.out).toContain("524288 of 1048576 bytes are in 'out.bin.part'");
    expect(there.bytesOf(PART).length).toBe(0x90000);
    const rest = await there.read(board());
    expect(rest.out).toContain("Going on after 524288 of 1048576 bytes");
    expect(equalBytes(there.bytesOf("out.bin"), DATA)).toBe(true);
  });

  it("a disk that is full from the start leaves nothing", async () => {
    const there = world();
    const short = await there.read(board(), { change: roomFor(0x1000) });
    expect(short.code).toBe(2);
    expect(there.names()).toEqual([]);
  });

  it("no room for the finished file: the part has all of it, and says so", async () => {
    const there = world();
    const failed = await there.read(board(), {
      change: ({ files }) => {
        const { writeAtomically } = files;
        files.writeAtomically = (path, ...what) => (path === "out.bin" ? full() : writeAtomically(path, ...what));
      },
    });
    expect(failed.code).toBe(2);
    expect(failed.err).toContain(
      "The file 'out.bin' cannot be written: the disk is full. What was read is in 'out.bin.part'.",
    );
    expect(failed.out).not.toMatch(/Read \d/);
    const after = await there.read(board());
    expect(after.transferred).toBeLessThan(0x4000);
    expect(equalBytes(there.bytesOf("out.bin"), DATA)).toBe(true);
    expect(there.names()).toEqual(["out.bin"]);
  });

  it("what is copied is what was proved, though somebody changes the part meanwhile", async () => {
    const there = world();
    const failed = await there.read(board(), {
      change: ({ files }) => {
        const { readSlice } = files;
        files.readSlice = async (path, offset, size) => {
          const bytes = await readSlice(path, offset, size);
          return path === PART && offset === 0 ? bytes.map((byte, at) => (at === 7 ? byte ^ 1 : byte)) : bytes;
        };
      },
    });
    expect(failed.code).toBe(2);
    expect(failed.err).toContain("was changed while it was written");
    expect(there.stored.has("out.bin")).toBe(false);
  });

  it("a port that is lost", async () => {
    const there = world();
    const chip = board();
    chip.faults.unplugAfterChipBytes(0x90000);
    const lost = await there.read(chip);
    expect(lost.code).not.toBe(0);
    expect(there.names()).toEqual([PART, RECORD]);
    expect((await there.read(board())).out).toContain("Going on after");
    expect(equalBytes(there.bytesOf("out.bin"), DATA)).toBe(true);
  });

  it("two that write one file: the second is refused", async () => {
    const there = world();
    const { code, err } = await there.read(board(), { change: ({ files }) => void files.lock(PART) });
    expect(code).toBe(2);
    expect(err).toContain("code: file.busy");
  });
});

it("standard output has no part", async () => {
  const there = world();
  const { code } = await there.read(board(), { words: "0 0x1000 -" });
  expect(code).toBe(0);
  expect(there.names()).toEqual([]);
});
