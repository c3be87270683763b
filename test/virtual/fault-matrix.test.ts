import { describe, expect, it } from "vitest";
import { equalBytes } from "../../src/core/bytes/words.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import { isEspError } from "../../src/core/errors.ts";
import { type WriteFlashOptions, writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";

/**
 * Each fault in each phase of a write, for each kind of loader. A cell is good when the write ends in success and
 * flash holds the data, or ends in an `EspError` with a hint. A success with other contents in flash, a hang, or any
 * other kind of error is a failure of the cell.
 */

const ADDRESS = 0x20000;
const OP = { writeReg: 0x09, readReg: 0x0a, setParams: 0x0b, md5: 0x13 } as const;

/** Half of it compresses; none of it looks like an image. */
const DATA = Uint8Array.from({ length: 70_000 }, (_, index) =>
  index % 512 < 256 ? index >>> 9 : (Math.imul(index, 2654435761) >>> 13) & 0xff,
);

interface Kind {
  readonly name: string;
  readonly chip: ChipId;
  readonly stub: boolean;
  readonly options: WriteFlashOptions;
  readonly begin: number;
  readonly data: number;
  readonly end: number | null;
  readonly md5: boolean;
}

const KINDS: readonly Kind[] = [
  { name: "stub, compressed", chip: "esp32c3", stub: true, options: {}, begin: 0x10, data: 0x11, end: 0x12, md5: true },
  {
    name: "stub, plain",
    chip: "esp32",
    stub: true,
    options: { compress: "never" },
    begin: 0x02,
    data: 0x03,
    end: 0x04,
    md5: true,
  },
  { name: "ROM, plain", chip: "esp32s3", stub: false, options: {}, begin: 0x02, data: 0x03, end: null, md5: true },
  {
    name: "ROM, compressed",
    chip: "esp32c6",
    stub: false,
    options: { compress: "always" },
    begin: 0x10,
    data: 0x11,
    end: null,
    md5: true,
  },
  { name: "ESP8266 ROM", chip: "esp8266", stub: false, options: {}, begin: 0x02, data: 0x03, end: null, md5: false },
];

interface Phase {
  readonly name: string;
  readonly opcode: number;
  readonly skip: number;
}

function phasesOf(kind: Kind): readonly Phase[] {
  return [
    { name: "attaching (a register write)", opcode: OP.writeReg, skip: 0 },
    { name: "attaching (a register read)", opcode: OP.readReg, skip: 2 },
    ...(kind.chip === "esp8266" && !kind.stub ? [] : [{ name: "setting parameters", opcode: OP.setParams, skip: 0 }]),
    // The ESP8266's ROM is attached with an empty BEGIN, which comes first.
    { name: "beginning", opcode: kind.begin, skip: kind.chip === "esp8266" ? 1 : 0 },
    { name: "the first block", opcode: kind.data, skip: 0 },
    { name: "a block in the middle", opcode: kind.data, skip: 2 },
    ...(kind.end === null ? [] : [{ name: "the end", opcode: kind.end, skip: 0 }]),
    ...(kind.md5 ? [{ name: "verifying", opcode: OP.md5, skip: 0 }] : []),
  ];
}

const FAULTS: Readonly<Record<string, (chip: VirtualChip, phase: Phase) => void>> = {
  "reply lost": (chip, phase) => chip.faults.dropNextReply(phase),
  "reply lost twice": (chip, phase) => chip.faults.dropNextReply({ ...phase, times: 2 }),
  "reply garbled": (chip, phase) => chip.faults.corruptNextReply(phase),
  "reply without its first byte": (chip, phase) => chip.faults.dropReplyByte(0, phase),
  "reply without a byte inside": (chip, phase) => chip.faults.dropReplyByte(4, phase),
  "reply far too late": (chip, phase) => chip.faults.delayNextReply(5000, phase),
  "reply in two pieces": (chip, phase) => chip.faults.splitNextReply(5, 40, phase),
  "request lost": (chip, phase) => chip.faults.dropNextRequest(phase),
  "request garbled": (chip, phase) => chip.faults.corruptNextRequest(phase),
  "command ignored": (chip, { opcode, skip }) => chip.faults.ignoreCommand(opcode, { skip }),
};

const FLASH_FAULTS: Readonly<Record<string, (chip: VirtualChip) => void>> = {
  "a sector fails to erase once": (chip) => chip.faults.failSector(ADDRESS + 0x5000, "erase", { times: 1 }),
  "a sector fails to erase for ever": (chip) => chip.faults.failSector(ADDRESS + 0x5000, "erase"),
  "a sector fails to program once": (chip) => chip.faults.failSector(ADDRESS + 0x5000, "program", { times: 1 }),
  "a sector fails to program for ever": (chip) => chip.faults.failSector(ADDRESS + 0x5000, "program"),
  "brown-out while erasing": (chip) => chip.faults.brownOutAt("erase", ADDRESS + 0x3000),
  "brown-out while programming": (chip) => chip.faults.brownOutAt("program", ADDRESS + 0x3000),
};

type Outcome = "written" | `error ${string}`;

async function attempt(kind: Kind, prepare: (chip: VirtualChip) => void): Promise<Outcome> {
  // Not blank: stubs do not erase what is.
  const chip = virtualChip(kind.chip, { contents: [{ address: ADDRESS, bytes: new Uint8Array(DATA.length) }] });
  const session = await connect(chip.port, { stub: kind.stub, baudRate: 921_600 });
  prepare(chip);
  try {
    const result = await writeFlash(session, [{ address: ADDRESS, data: DATA, name: "app" }], kind.options);
    if (!equalBytes(chip.flash.read(ADDRESS, DATA.length), DATA))
      // The one loader that cannot prove anything says so and promises nothing.
      return result.files[0]?.verified === "impossible" ? "error not-verified" : "error FALSE SUCCESS";
    return "written";
  } catch (error) {
    if (!isEspError(error)) throw error;
    expect(error.hint, `${error.code} has a hint`).toBeTruthy();
    return `error ${error.code}`;
  } finally {
    chip.faults.clear();
    await disconnect(session);
  }
}

describe.each(KINDS)("$name", (kind) => {
  describe.each(phasesOf(kind))("$name", (phase) => {
    it.each(Object.keys(FAULTS))("%s", async (name) => {
      const outcome = await attempt(kind, (chip) => FAULTS[name]?.(chip, phase));
      // One transient fault of the line is always overcome where the loader can prove what it holds.
      if (kind.md5) expect(outcome).toBe("written");
      else expect(outcome).toMatch(/^written$|^error (?!FALSE)/);
    });
  });

  it.each(Object.keys(FLASH_FAULTS))("%s", async (name) => {
    const outcome = await attempt(kind, (chip) => FLASH_FAULTS[name]?.(chip));
    expect(outcome).not.toContain("FALSE");
    if (name.includes("once") && kind.md5) expect(outcome).toBe("written");
    if (kind.md5 && !name.includes("once")) expect(outcome).toMatch(/^error (flash|link)\./);
  });

  it("the cable is pulled at any byte", async () => {
    const outcomes = new Set<Outcome>();
    for (let count = 1; count < 90_000; count = Math.ceil(count * 1.35)) {
      outcomes.add(await attempt(kind, (chip) => chip.faults.unplugAfterHostBytes(count)));
      outcomes.add(await attempt(kind, (chip) => chip.faults.unplugAfterChipBytes(Math.ceil(count / 40))));
    }
    for (const outcome of outcomes) expect(outcome).toMatch(/^written$|^error port\./);
    expect(outcomes.size).toBeGreaterThan(1);
  });
});
