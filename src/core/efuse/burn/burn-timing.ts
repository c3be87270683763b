import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import type { EfuseDevice } from "../read/device.ts";
import type { EfuseRegisters, EfuseTable } from "../table/types.ts";

/** How the programming hardware is timed, per chip and crystal (fact sheet efuse-secure A8). */

type TimingRegister = "dac" | "clock" | "read" | "write0" | "write1" | "write2";

/** The bits of `mask` become `value`, which is already in their place. */
type TimingRow = readonly [register: TimingRegister, mask: number, value: number];

/** By the frequency of the crystal in MHz; no other crystal will do. */
type ChipTiming = Readonly<Record<number, readonly TimingRow[]>>;

const DAC_DIVIDER = 0x0000_00ff;
const DAC_NUMBER = 0x0001_fe00;
const POWER_ON = 0x00ff_ff00;
const POWER_OFF = 0x0000_ffff;
const HIGH_HALF = 0xffff_0000;
const BYTE_1 = 0x0000_ff00;
const BYTE_0 = 0x0000_00ff;

const COMMON: readonly TimingRow[] = [
  ["dac", DAC_NUMBER, 0xff << 9],
  ["dac", DAC_DIVIDER, 0x28],
  ["write1", POWER_ON, 0x3000 << 8],
  ["write2", POWER_OFF, 0x190],
];

/** The defaults of the hardware are right. */
const DEFAULTS: readonly TimingRow[] = [];

function esp32Rows(divider: number, select0: number, select1: number): readonly TimingRow[] {
  return [
    ["dac", DAC_DIVIDER, divider],
    ["clock", BYTE_0, select0],
    ["clock", BYTE_1, select1 << 8],
  ];
}

interface Esp32s2Numbers {
  readonly program: number;
  readonly hold: number;
  readonly setUp: number;
  readonly inactive: number;
  readonly dacDivider: number;
  readonly powerOn: number;
  readonly powerOff: number;
  readonly read: number;
  readonly readHold: number;
}

function esp32s2Rows(numbers: Esp32s2Numbers): readonly TimingRow[] {
  return [
    ["write1", BYTE_0, numbers.setUp],
    ["write0", HIGH_HALF, (numbers.program << 16) >>> 0],
    ["write0", BYTE_0, numbers.hold],
    ["write0", BYTE_1, numbers.inactive << 8],
    ["dac", DAC_DIVIDER, numbers.dacDivider],
    ["write1", POWER_ON, numbers.powerOn << 8],
    ["write2", POWER_OFF, numbers.powerOff],
    ["read", BYTE_1, numbers.read << 8],
    ["read", BYTE_0, numbers.readHold],
  ];
}

/** Null: the sheet names no crystal and no timing. */
const TIMING: Readonly<Record<Exclude<ChipId, "esp8266">, ChipTiming | null>> = {
  esp32: { 26: esp32Rows(52, 250, 255), 40: esp32Rows(80, 160, 255), 80: esp32Rows(100, 80, 128) },
  esp32c2: {
    26: [...COMMON, ["write0", BYTE_1, 130 << 8]],
    40: [...COMMON, ["write0", BYTE_1, 200 << 8]],
  },
  esp32c3: { 40: COMMON },
  esp32c5: { 40: COMMON, 48: COMMON },
  esp32c6: { 40: COMMON },
  esp32c61: { 40: COMMON },
  esp32e22: null,
  esp32h2: { 32: COMMON },
  esp32h21: { 32: DEFAULTS },
  esp32h4: { 32: DEFAULTS },
  esp32p4: { 40: DEFAULTS },
  esp32s2: {
    20: esp32s2Rows({
      ...{ program: 200, hold: 1, setUp: 1, inactive: 1 },
      ...{ dacDivider: 0x28, powerOn: 0x2880, powerOff: 0x40, read: 1, readHold: 1 },
    }),
    40: esp32s2Rows({
      ...{ program: 400, hold: 1, setUp: 1, inactive: 2 },
      ...{ dacDivider: 0x50, powerOn: 0x5100, powerOff: 0x80, read: 2, readHold: 1 },
    }),
    80: esp32s2Rows({
      ...{ program: 800, hold: 2, setUp: 2, inactive: 4 },
      ...{ dacDivider: 0xa0, powerOn: 0xa200, powerOff: 0x100, read: 4, readHold: 2 },
    }),
  },
  esp32s3: { 40: COMMON },
  esp32s31: null,
};

function timingRows(chip: ChipId, crystalMhz: number): readonly TimingRow[] {
  const timing = chip === "esp8266" ? {} : TIMING[chip];
  if (timing === null) return DEFAULTS;
  const rows = timing[crystalMhz];
  if (rows !== undefined) return rows;
  const known = Object.keys(timing);
  throw new EspError(
    "efuse.wrong-crystal",
    `eFuses of this chip cannot be burned with a crystal of ${crystalMhz} MHz.`,
    {
      hint: `Known are ${known.join(" and ")} MHz; check that the chip was recognised rightly.`,
      details: { crystalMhz, known: known.map(Number) },
    },
  );
}

/** Throws `efuse.wrong-crystal` for a crystal whose timing is not known; nothing is sent. */
export function requireCrystal(device: Pick<EfuseDevice, "chip" | "crystalMhz">): void {
  timingRows(device.chip, device.crystalMhz);
}

/**
 * The writes that set the timing for burning. Each register is read once and written whole, its other bits as they are.
 * Throws `efuse.wrong-crystal`, `link.*`, `port.*`.
 */
export async function readTiming(device: EfuseDevice, table: EfuseTable): Promise<readonly RegisterWrite[]> {
  const rows = timingRows(device.chip, device.crystalMhz);
  const registers = [...new Set(rows.map(([register]) => addressOf(table.registers, register)))];
  if (registers.length === 0) return [];
  const present = await device.readRegisters(registers);
  return registers.map((address, index) => {
    let value = present[index] ?? 0;
    for (const [register, mask, bits] of rows)
      if (addressOf(table.registers, register) === address) value = ((value & ~mask) | bits) >>> 0;
    return { address, value };
  });
}

function addressOf(registers: EfuseRegisters, register: TimingRegister): number {
  const [write0, write1, write2] = registers.writeTiming;
  const address = {
    dac: registers.dacConfiguration,
    clock: registers.clock,
    read: registers.readTiming,
    write0,
    write1,
    write2,
  }[register];
  if (address === null || address === undefined) throw new RangeError(`the table has no address for ${register}`);
  return address;
}
