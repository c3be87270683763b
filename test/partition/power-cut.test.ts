import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/index.ts";
import { type Partition, parseOtaData, planOtaSwitch, switchOtaSlot } from "../../src/partition.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";

const OTA_DATA = 0xd000;
const app = { type: 0, sizeBytes: 0x10000, encrypted: false, readonly: false };
const TABLE: readonly Partition[] = [
  { ...app, name: "otadata", type: 1, subtype: 0, address: OTA_DATA, sizeBytes: 0x2000 },
  { ...app, name: "factory", subtype: 0, address: 0x10000 },
  { ...app, name: "one", subtype: 0x10, address: 0x20000 },
  { ...app, name: "two", subtype: 0x11, address: 0x30000 },
];

/**
 * Which application boots, by the rules of the bootloader and by nothing of the library: its own reading of the bytes, its
 * own check of the checksums.
 */
function boots(flash: Uint8Array): "factory" | "one" | "two" {
  const sequences = [0, 0x1000].flatMap((offset) => {
    const copy = Buffer.from(flash.subarray(offset, offset + 32));
    const [sequence, state, crc] = [copy.readUInt32LE(0), copy.readUInt32LE(24), copy.readUInt32LE(28)];
    const isRefused = sequence === 0xffff_ffff || state === 3 || state === 4;
    return isRefused || crc32(copy.subarray(0, 4), 0xffff_ffff) !== crc ? [] : [sequence];
  });
  if (sequences.length === 0) return "factory";
  return Math.max(...sequences) % 2 === 1 ? "one" : "two";
}

function copy(sequence: number, state = 0xffff_ffff, crcError = 0): Buffer {
  const bytes = Buffer.alloc(32, 0xff);
  bytes.writeUInt32LE(sequence, 0);
  bytes.writeUInt32LE(state, 24);
  bytes.writeUInt32LE((crc32(bytes.subarray(0, 4), 0xffff_ffff) ^ crcError) >>> 0, 28);
  return bytes;
}

const BLANK = Buffer.alloc(32, 0xff);
const STARTS: readonly (readonly [string, Buffer, Buffer, "factory" | "one" | "two", number])[] = [
  ["blank", BLANK, BLANK, "factory", 1],
  ["only copy 0", copy(1), BLANK, "one", 1],
  ["copy 1 newer", copy(1), copy(2), "two", 0],
  ["copy 0 newer", copy(3), copy(2), "one", 1],
  ["the newest was aborted", copy(5, 4), copy(4, 2), "two", 0],
  ["both have one number", copy(4), copy(4), "two", 0],
  ["the newest is damaged", copy(9, 0xffff_ffff, 1), copy(3), "one", 1],
];

function chipWith([, first, second]: (typeof STARTS)[number]): VirtualChip {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  chip.flash.place(OTA_DATA, first);
  chip.flash.place(OTA_DATA + 0x1000, second);
  return chip;
}

const otaData = (chip: VirtualChip): Uint8Array => chip.flash.read(OTA_DATA, 0x2000);

describe("a switch of the slot, with the power cut", () => {
  it.each(STARTS)("at any byte erased or programmed: %s", (...start) => {
    const [, , , before, slot] = start;
    const chip = chipWith(start);
    const plan = planOtaSwitch(TABLE, parseOtaData(otaData(chip)), slot) ?? expect.unreachable();
    expect(boots(otaData(chip))).toBe(before);
    const whole = otaData(chip);
    const seen = new Set<string>();
    for (let byte = 0; byte <= 0x1000; byte++) {
      chip.flash.place(OTA_DATA, whole);
      chip.flash.erase(plan.address, 0x1000, byte / 0x1000);
      seen.add(boots(otaData(chip)));
    }
    expect([...seen]).toEqual([before]);
    // Only the first 32 bytes are anything but FF.
    for (let byte = 0; byte < 32; byte++) {
      chip.flash.place(OTA_DATA, whole);
      chip.flash.erase(plan.address, 0x1000);
      chip.flash.program(plan.address, plan.data.subarray(0, byte));
      seen.add(boots(otaData(chip)));
    }
    expect([...seen]).toEqual([before]);
    chip.flash.program(plan.address, plan.data);
    expect(boots(otaData(chip))).toBe(slot === 0 ? "one" : "two");
  });

  it("would be seen to fail where the copy in force is written", () => {
    const chip = chipWith(["", copy(1), BLANK, "one", 1]);
    chip.flash.erase(OTA_DATA, 0x1000, 0.5);
    expect(boots(otaData(chip))).toBe("factory");
  });

  it("when the cable is pulled, after any number of bytes sent", { timeout: 120_000 }, async () => {
    const start = STARTS[2] ?? expect.unreachable();
    const whole = chipWith(start);
    const session = await connect(whole.port, { stub: false });
    const counted = whole.counters.hostBytes;
    await switchOtaSlot(session, TABLE, 0);
    const total = whole.counters.hostBytes - counted;
    expect(total).toBeGreaterThan(1000);
    expect(boots(otaData(whole))).toBe("one");
    const seen = new Map<string, number>();
    for (let sent = 1; sent < total; sent += 97) {
      const chip = chipWith(start);
      const cut = await connect(chip.port, { stub: false });
      chip.faults.unplugAfterHostBytes(sent);
      await expect(switchOtaSlot(cut, TABLE, 0), String(sent)).rejects.toThrow();
      const slot = boots(otaData(chip));
      seen.set(slot, (seen.get(slot) ?? 0) + 1);
    }
    // Before the last byte of the record it is the old one, after it the new one; never the factory application.
    expect([...seen.keys()].sort()).toEqual(["one", "two"]);
  });

  it.each(["erase", "program"] as const)("when the chip browns out while it has to %s", async (operation) => {
    for (const start of STARTS) {
      const [, , , before, slot] = start;
      const chip = chipWith(start);
      const session = await connect(chip.port);
      const { copy: index } = planOtaSwitch(TABLE, parseOtaData(otaData(chip)), slot) ?? expect.unreachable();
      chip.faults.brownOutAt(operation, OTA_DATA + index * 0x1000);
      chip.faults.unplugAfter(60_000);
      await switchOtaSlot(session, TABLE, slot).catch(() => undefined);
      expect([before, slot === 0 ? "one" : "two"]).toContain(boots(otaData(chip)));
    }
  });
});
