import { describe, expect, it } from "vitest";
import { hexRecord, randomHexFile, textBytes } from "../../../../test/support/image/hex-records.ts";
import { FUZZ_RUNS, feed, mutated, randomBytes, seededRandom } from "../../../../test/support/mutation.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { parseIntelHex } from "./intel-hex.ts";
import type { Run } from "./runs.ts";
import { writeIntelHex } from "./write-intel-hex.ts";

const END = ":00000001FF";

function parse(...lines: string[]): ReturnType<typeof parseIntelHex> {
  return parseIntelHex(textBytes(lines.join("\n")));
}

function refusal(...lines: string[]): Record<string, unknown> {
  const error = thrown(() => parse(...lines));
  expect(error.code).toBe("image.invalid");
  return error.details;
}

function text(bytes: Uint8Array<ArrayBuffer>): string {
  return new TextDecoder().decode(bytes);
}

describe("parseIntelHex", () => {
  it("joins what touches, in any order, and keeps apart what does not", () => {
    const { runs } = parse(
      hexRecord(0, 0x20, [7]),
      hexRecord(0, 0x12, [3, 4]),
      hexRecord(0, 0x10, [1, 2]),
      hexRecord(0, 0x14, [5]),
      END,
    );
    expect(runs).toEqual([
      { address: 0x10, data: Uint8Array.of(1, 2, 3, 4, 5) },
      { address: 0x20, data: Uint8Array.of(7) },
    ]);
  });

  it("takes linear and segment bases and both start addresses", () => {
    expect(parse(hexRecord(4, 0, [0x00, 0x01]), hexRecord(0, 0xfffe, [1, 2, 3]), END).runs).toEqual([
      { address: 0x1fffe, data: Uint8Array.of(1, 2, 3) },
    ]);
    expect(parse(hexRecord(2, 0, [0x12, 0x34]), hexRecord(0, 5, [9]), END).runs[0]?.address).toBe(0x12345);
    const backToLinear = [hexRecord(2, 0, [0, 1]), hexRecord(4, 0, [0, 1]), hexRecord(0, 0xffff, [1, 2])];
    expect(parse(...backToLinear, END).runs[0]?.address).toBe(0x1ffff);
    expect(parse(hexRecord(3, 0, [0x10, 0, 0, 2]), END).entry).toBe(0x10002);
    expect(parse(hexRecord(5, 0, [0xff, 0xff, 0xff, 0xfe]), END).entry).toBe(0xfffffffe);
    expect(parse(hexRecord(4, 0, [0xff, 0xff]), hexRecord(0, 0xffff, [1]), END).runs[0]?.address).toBe(0xffffffff);
    expect(parse(END)).toEqual({ runs: [], entry: null });
  });

  it("takes any line ends, either case, blank lines and a byte order mark", () => {
    const record = hexRecord(0, 0xab, [0xcd, 0xef]);
    const expected = [{ address: 0xab, data: Uint8Array.of(0xcd, 0xef) }];
    for (const end of ["\n", "\r\n", "\r", "\n\n", " \t\n"]) {
      expect(parseIntelHex(textBytes(`\ufeff${end}${record.toLowerCase()}${end}${END}${end}`)).runs).toEqual(expected);
    }
  });

  it("says where the damage is", () => {
    const good = hexRecord(0, 0, [1, 2]);
    const wrongSum = hexRecord(0, 0x40, [1, 2]).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    expect(refusal(good, wrongSum, END)).toEqual({ line: 2, offset: 31 });
    expect(refusal(good, good.slice(0, -1), END)).toEqual({ line: 2, offset: 30 });
    expect(refusal(good, `${good}0`, END)).toEqual({ line: 2, offset: 31 });
    expect(refusal("", good.replace("01", "0x"), END)).toMatchObject({ line: 2 });
    expect(refusal(good, `;${good}`, END)).toEqual({ line: 2, offset: 16 });
    expect(refusal(good)).toMatchObject({ line: 1 });
    expect(refusal(good, END, hexRecord(0, 0x40, [1]))).toEqual({ line: 3, offset: 28 });
    expect(refusal(good, END, END)).toEqual({ line: 3, offset: 28 });
    expect(refusal(good + hexRecord(0, 0x40, [1]), END)).toEqual({ line: 1, offset: 15 });
    const withReturns = thrown(() => parseIntelHex(textBytes(`${good}\r${good}\r\nx`)));
    expect(withReturns.details).toMatchObject({ line: 3 });
  });

  it("refuses types, lengths and addresses that cannot be", () => {
    expect(refusal(hexRecord(6, 0, []), END)).toEqual({ line: 1, offset: 0 });
    expect(refusal(hexRecord(4, 0, [1]), END)).toEqual({ line: 1, offset: 0 });
    expect(refusal(hexRecord(1, 0, [1]))).toEqual({ line: 1, offset: 0 });
    expect(refusal(hexRecord(4, 0, [0xff, 0xff]), hexRecord(0, 0xffff, [1, 2]), END)).toMatchObject({ line: 2 });
    expect(refusal(hexRecord(2, 0, [0, 0]), hexRecord(0, 0xffff, [1, 2]), END)).toMatchObject({ line: 2 });
  });

  it("refuses an address given twice, and names the later line", () => {
    const lines = [hexRecord(0, 0x100, [1, 2, 3, 4]), hexRecord(0, 0, [1]), hexRecord(0, 0x103, [5]), END];
    expect(refusal(...lines)).toMatchObject({ line: 3 });
    expect(refusal(hexRecord(0, 0x103, [5]), hexRecord(0, 0x100, [1, 2, 3, 4]), END)).toMatchObject({ line: 2 });
  });

  it("joins a large file fast", () => {
    const data = new Uint8Array(4 * 1024 * 1024).fill(0x5a);
    const { runs } = parseIntelHex(writeIntelHex([{ address: 0x1000, data }]));
    expect(runs).toHaveLength(1);
    expect(Buffer.compare(runs[0]?.data as Uint8Array<ArrayBuffer>, data)).toBe(0);
  });
});

describe("writeIntelHex", () => {
  it("writes the reference's vector at the 64 KB boundary", () => {
    expect(text(writeIntelHex([{ address: 0xfffc, data: Uint8Array.of(1, 2, 3, 4, 5) }]))).toBe(
      [":020000040000FA", ":04FFFC0001020304F7", ":020000040001F9", ":0100000005FA", END, ""].join("\n"),
    );
  });

  it("needs no base record below 64 KB, and leaves gaps out", () => {
    const runs = [
      { address: 0x8000, data: Uint8Array.of(0xab) },
      { address: 0x10, data: new Uint8Array(17).fill(0xff) },
    ];
    expect(text(writeIntelHex(runs, { lineEnd: "\r\n" }))).toBe(
      [`:10001000${"FF".repeat(16)}F0`, ":01002000FFE0", ":01800000ABD4", END, ""].join("\r\n"),
    );
    expect(text(writeIntelHex([{ address: 0xffff, data: Uint8Array.of(0) }]))).not.toContain(":02000004");
    expect(text(writeIntelHex([]))).toBe(`${END}\n`);
  });

  it("fills a record across runs that touch", () => {
    const runs = [
      { address: 0xffc, data: Uint8Array.of(1, 2, 3, 4) },
      { address: 0x1000, data: Uint8Array.of(5) },
    ];
    expect(text(writeIntelHex(runs))).toBe(`${hexRecord(0, 0xffc, [1, 2, 3, 4, 5])}\n${END}\n`);
  });

  it("refuses what overlaps or lies beyond 32 bits", () => {
    const data = new Uint8Array(4);
    for (const runs of [
      [
        { address: 0, data },
        { address: 3, data },
      ],
      [{ address: 0xfffffffd, data }],
      [{ address: -1, data }],
      [{ address: 0.5, data }],
    ] as Run[][])
      expect(thrown(() => writeIntelHex(runs)).code).toBe("argument.invalid");
  });

  it("is undone by reading", () => {
    const random = seededRandom(0x48_45_58);
    for (let round = 0; round < 300; round++) {
      const runs: Run[] = [];
      let address = random(2) === 0 ? random(0x100) : 0xff00 + random(0x200) + random(0x7fff) * 0x1_0000;
      for (let count = random(5); count > 0; count--) {
        const data = randomBytes(random, 1 + random(300));
        runs.push({ address, data });
        address += data.length + 1 + random(0x2_0000);
      }
      expect(parseIntelHex(writeIntelHex(runs))).toEqual({ runs, entry: null });
    }
  });
});

describe("any bytes", () => {
  it("give a value or an EspError", () => {
    const random = seededRandom(1);
    const seeds = [
      writeIntelHex([{ address: 0xfff8, data: randomBytes(random, 20) }]),
      textBytes(
        [hexRecord(2, 0, [0x10, 0]), hexRecord(0, 0xfffe, [1, 2]), hexRecord(3, 0, [1, 2, 3, 4]), END].join("\r"),
      ),
      textBytes([hexRecord(0, 4, [1, 2]), hexRecord(0, 2, [1, 2]), hexRecord(5, 0, [1, 2, 3, 4]), END].join("\r\n")),
    ];
    const make = (): Uint8Array<ArrayBuffer> => (random(2) === 0 ? randomHexFile(random) : mutated(random, seeds));
    const counts = feed(FUZZ_RUNS, make, (bytes) => {
      const { runs } = parseIntelHex(bytes);
      let end = -1;
      for (const { address, data } of runs) {
        if (address <= end || data.length === 0) throw new Error("runs touch or are empty");
        end = address + data.length;
      }
      if (end > 0x1_0000_0000) throw new Error("beyond 32 bits");
    });
    expect(Object.keys(counts.refused)).toEqual(["image.invalid"]);
    expect(counts.accepted).toBeGreaterThan(FUZZ_RUNS / 20);
  });
});
