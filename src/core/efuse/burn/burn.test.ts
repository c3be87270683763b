import { describe, expect, it } from "vitest";
import { planOf, type ScriptedEfuses, scriptedEfuses } from "../../../../test/support/efuse/scripted-efuses.ts";
import { errorOf } from "../../../../test/support/outcome.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import type { RegisterWrite } from "../../wire/commands.ts";
import { readEfuses } from "../read/read-efuses.ts";
import { bytesToBits } from "../table/bits.ts";
import { burnEfuses } from "./burn.ts";

const KEY = bytesToBits(Uint8Array.from({ length: 32 }, (_, index) => index));

async function prepared(
  chip: ChipId,
  steps: Parameters<typeof planOf>[1],
  crystalMhz?: number,
): Promise<{ readonly device: ScriptedEfuses; readonly burn: ReturnType<typeof burner> }> {
  const device = await scriptedEfuses(chip, crystalMhz);
  const basis = await readEfuses(device, { table: device.table });
  device.packets.length = 0;
  device.reads.length = 0;
  return { device, burn: burner(device, planOf(basis, steps)) };
}

function burner(device: ScriptedEfuses, plan: ReturnType<typeof planOf>) {
  return (options: Parameters<typeof burnEfuses>[2] = {}) => burnEfuses(device, plan, options);
}

/** `offset=value`, and `+delay` before it; all hexadecimal, relative to the controller's base. */
function shown(device: ScriptedEfuses, packet: readonly RegisterWrite[] | undefined): string {
  return (packet ?? [])
    .map(({ address, value, delayMicroseconds, mask }) => {
      const delay = delayMicroseconds === undefined ? "" : `+${delayMicroseconds}`;
      const limited = mask === undefined ? "" : `&${mask.toString(16)}`;
      return `${(address - device.table.registers.base).toString(16)}=${value.toString(16)}${limited}${delay}`;
    })
    .join(" ");
}

const ZERO_WINDOW = "0=0 4=0 8=0 c=0 10=0 14=0 18=0 1c=0 20=0 24=0 28=0";
const KEY_WORDS =
  "0=3020100 4=7060504 8=b0a0908 c=f0e0d0c 10=13121110 14=17161514 18=1b1a1918 1c=1f1e1d1c 20=d474ca0 24=3b2fc3f 28=13f4e9da";

describe("the registers of a burn (fact sheet efuse-secure A10)", () => {
  it("ESP32-C3, a key block: timing, data with parity, command; then five loads", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    const report = await burn();
    const load = "1cc=5aa5 1d4=1 0=0+1000";
    expect(device.packets.map((packet) => shown(device, packet))).toEqual([
      `${ZERO_WINDOW} ${load}`,
      `1e8=1fe28 1f0=300000 1f4=190 ${KEY_WORDS}`,
      "1cc=5a5a 1d4=12",
      `${ZERO_WINDOW} ${load}`,
      load,
      load,
      load,
      load,
    ]);
    expect(report.steps).toEqual([{ block: 4, name: "BLOCK_KEY0", postponed: false, attempts: 1, verdict: "equal" }]);
    expect(report.state?.blocks.get(4)?.bits).toBe(KEY);
  });

  it("in one packet, when the registers are not to be checked", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    await burn({ checkRegisters: false });
    expect(shown(device, device.packets[1])).toBe(`1e8=1fe28 1f0=300000 1f4=190 ${KEY_WORDS} 1cc=5a5a 1d4=12`);
    expect(device.packets).toHaveLength(7);
  });

  it("ESP32-C3, BLOCK0: no parity, and the other bits of the timing registers as they are", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits: 1n << 33n }]);
    device.registers.set(device.table.registers.dacConfiguration, 0xfff2_0155);
    await burn();
    expect(shown(device, device.packets[1])).toBe(
      `1e8=fff3ff28 1f0=300000 1f4=190 ${ZERO_WINDOW.replace("4=0", "4=2")}`,
    );
    expect(shown(device, device.packets[2])).toBe("1cc=5a5a 1d4=2");
  });

  it.each([
    [26, "8200"],
    [40, "c800"],
  ])("ESP32-C2 with %s MHz", async (crystalMhz, inactive) => {
    const { device, burn } = await prepared("esp32c2", [{ block: 3, bits: KEY }], crystalMhz);
    await burn();
    expect(shown(device, device.packets[1])).toBe(`108=1fe28 114=300000 118=190 110=${inactive} ${KEY_WORDS}`);
    expect(shown(device, device.packets[2])).toBe("8c=5a5a 94=e");
    expect(shown(device, device.packets[4])).toBe("8c=5aa5 94=1 0=0+1000");
  });

  it.each([
    [20, "1f4=288001 1f0=c80101 1e8=28 1f8=40 1ec=101"],
    [40, "1f4=510001 1f0=1900201 1e8=50 1f8=80 1ec=201"],
    [80, "1f4=a20002 1f0=3200402 1e8=a0 1f8=100 1ec=402"],
  ])("ESP32-S2 with %s MHz", async (crystalMhz, timing) => {
    const { device, burn } = await prepared("esp32s2", [{ block: 9, bits: KEY }], crystalMhz);
    await burn();
    expect(shown(device, device.packets[1])).toBe(`${timing} ${KEY_WORDS}`);
    expect(shown(device, device.packets[2])).toBe("1cc=5a5a 1d4=26");
  });

  it("ESP32-S31, BLOCK0: nine words, the last where others have their first check word", async () => {
    const { device, burn } = await prepared("esp32s31", [{ block: 0, bits: (0xffn << 256n) | 1n }]);
    const report = await burn();
    expect(shown(device, device.packets[1])).toBe(ZERO_WINDOW.replace(/^0=0/, "0=1").replace("20=0", "20=ff"));
    expect(shown(device, device.packets[2])).toBe("1cc=5a5a 1d8=2");
    expect(shown(device, device.packets[3])).toBe(`${ZERO_WINDOW} 1cc=5aa5 1d8=1 0=0+1000`);
    expect(report.steps[0]?.verdict).toBe("equal");
  });

  it("ESP32: the registers of all blocks, because all are burned together", async () => {
    const { device, burn } = await prepared("esp32", [{ block: 1, bits: KEY }]);
    await burn();
    const window = [7, 8, 8, 8].flatMap((words, block) =>
      Array.from({ length: words }, (_, index) =>
        ((block === 0 ? 0x1c : 0x78 + 0x20 * block) + 4 * index).toString(16),
      ),
    );
    const zeros = window.map((offset) => `${offset}=0`).join(" ");
    const key = KEY_WORDS.split(" ").map((word) => word.replace(/.*=/, ""));
    const staged = window
      .map((offset, index) => `${offset}=${index >= 7 && index < 15 ? key[index - 7] : 0}`)
      .join(" ");
    expect(device.packets.map((packet) => shown(device, packet))).toEqual([
      `${zeros} fc=5aa5 104=1`,
      `118=50 f8=ffa0 ${staged}`,
      "fc=5a5a 104=2",
      `${zeros} fc=5aa5 104=1`,
      ...Array(4).fill("fc=5aa5 104=1"),
    ]);
  });

  it.each([
    [26, "118=34 f8=fffa"],
    [80, "118=64 f8=8050"],
  ])("ESP32 with %s MHz", async (crystalMhz, timing) => {
    const { device, burn } = await prepared("esp32", [{ block: 3, bits: 1n }], crystalMhz);
    await burn();
    expect(shown(device, device.packets[1]).startsWith(`${timing} `)).toBe(true);
  });

  it.each(["esp32p4", "esp32h21", "esp32h4", "esp32e22", "esp32s31"] as const)("%s keeps its timing", async (chip) => {
    const { device, burn } = await prepared(chip, [{ block: 4, bits: KEY }]);
    await burn();
    expect(shown(device, device.packets[1])).toBe(KEY_WORDS);
  });

  it("waits for two idle reads in a row, before and after", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    await burn({ checkRegisters: false });
    const { command } = device.table.registers;
    const polls = device.reads.filter((address) => address === command).length;
    // Before, after the first load, after the command to burn, and after each of five loads.
    expect(polls).toBe(2 * (1 + 1 + 1 + 5));
  });
});

describe("refused, with nothing burned", () => {
  const isUntouched = (device: ScriptedEfuses): boolean =>
    device.packets
      .flat()
      .every(({ address, value }) => address !== device.table.registers.command || (value & 3) === 1);

  it.each([
    ["esp32c3", 26],
    ["esp32h2", 40],
    ["esp32", 48],
    ["esp32c2", 48],
    ["esp32s2", 26],
    ["esp32p4", 0],
  ] as const)("a crystal that is not known: %s with %s MHz", async (chip, crystalMhz) => {
    const { device, burn } = await prepared(chip, [{ block: 0, bits: 1n }], crystalMhz);
    expect((await errorOf(burn())).code).toBe("efuse.wrong-crystal");
    expect(device.packets).toEqual([]);
  });

  it("a block that holds something else by now", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    device.registers.set(device.table.blocks[4]?.readAddress ?? 0, 1);
    const error = await errorOf(burn());
    expect(error.code).toBe("efuse.changed-meanwhile");
    expect(error.details["blocks"]).toEqual(["BLOCK_KEY0"]);
    expect(isUntouched(device)).toBe(true);
  });

  it("BLOCK0 that holds something else, though nothing is planned for it", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    device.registers.set(device.table.blocks[0]?.readAddress ?? 0, 1);
    expect((await errorOf(burn())).code).toBe("efuse.changed-meanwhile");
    expect(isUntouched(device)).toBe(true);
  });

  it("another chip, known by its MAC address", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    device.registers.set((device.table.blocks[1]?.readAddress ?? 0) + 4, 0x1234);
    expect((await errorOf(burn())).code).toBe("efuse.changed-meanwhile");
    expect(isUntouched(device)).toBe(true);
  });

  it("another chip, where the block with the MAC address was not read for the plan", async () => {
    const device = await scriptedEfuses("esp32c3");
    const basis = await readEfuses(device, { table: device.table, blocks: [0, 4] });
    device.registers.set(device.table.blocks[1]?.readAddress ?? 0, 0x1234);
    const error = await errorOf(burnEfuses(device, planOf(basis, [{ block: 4, bits: KEY }])));
    expect(error.code).toBe("efuse.changed-meanwhile");
    expect(error.message).toContain("MAC 00:00:00:00:12:34, planned for MAC 00:00:00:00:00:00");
    expect(isUntouched(device)).toBe(true);
  });

  it("a plan that was made with no chip", async () => {
    const { device } = await prepared("esp32c3", []);
    const basis = { ...(await readEfuses(device, { table: device.table })), identity: new Map() };
    const error = await errorOf(burnEfuses(device, planOf(basis, [{ block: 4, bits: KEY }])));
    expect([error.code, error.details["name"]]).toEqual(["argument.invalid", "plan"]);
    expect(device.packets).toEqual([]);
  });

  it("a block that the chip reports errors in by now", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits: 1n << 33n }]);
    const { count } = device.table.registers.blockErrors[4] ?? {};
    device.registers.set(count?.register ?? 0, 1 << (count?.shift ?? 0));
    const error = await errorOf(burn());
    expect([error.code, error.details["blocks"]]).toEqual(["efuse.changed-meanwhile", ["BLOCK_KEY0"]]);
    expect(isUntouched(device)).toBe(true);
  });

  it("another revision", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    Object.assign(device, { chipRevision: 3 });
    expect((await errorOf(burn())).code).toBe("efuse.changed-meanwhile");
  });

  it("a second, other write to a block with check bits", async () => {
    const device = await scriptedEfuses("esp32c3");
    device.registers.set(device.table.blocks[4]?.readAddress ?? 0, 1);
    const basis = await readEfuses(device, { table: device.table });
    const error = await errorOf(burnEfuses(device, planOf(basis, [{ block: 4, bits: 2n }])));
    expect(error.code).toBe("efuse.coding-forbids");
    expect(isUntouched(device)).toBe(true);
  });

  it("two steps for a block with check bits", async () => {
    const { device, burn } = await prepared("esp32c3", [
      { block: 4, bits: 1n },
      { block: 4, bits: 2n },
    ]);
    expect((await errorOf(burn())).code).toBe("efuse.coding-forbids");
    expect(isUntouched(device)).toBe(true);
  });

  it("bits that the plan does not list among its changes", async () => {
    const device = await scriptedEfuses("esp32c3");
    const basis = await readEfuses(device, { table: device.table });
    const plan = planOf(basis, [{ block: 0, bits: 6n }]);
    const step = { block: 0, bits: 7n, postponed: false };
    await expect(burnEfuses(device, { ...plan, steps: [step] })).rejects.toThrow(RangeError);
    expect(isUntouched(device)).toBe(true);
  });

  it("bits that the block does not have", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 1, bits: 1n << 192n }]);
    await expect(burn()).rejects.toThrow(RangeError);
    expect(isUntouched(device)).toBe(true);
  });

  it("an ESP32 block whose coding scheme is hidden", async () => {
    const device = await scriptedEfuses("esp32");
    device.registers.set(device.table.blocks[0]?.readAddress ?? 0, 8 << 16);
    const basis = await readEfuses(device, { table: device.table });
    const error = await errorOf(burnEfuses(device, planOf(basis, [{ block: 3, bits: 2n }])));
    expect(error.code).toBe("efuse.unsupported-coding");
  });

  it("registers that do not hold what is written to them", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    const broken = device.table.registers.program?.data ?? 0;
    const read = device.readRegisters.bind(device);
    device.readRegisters = async (addresses) =>
      (await read(addresses)).map((value, index) => (addresses[index] === broken + 8 ? value ^ 4 : value));
    expect((await errorOf(burn())).code).toBe("efuse.burn-failed");
    expect(isUntouched(device)).toBe(true);
    expect(device.packets).toHaveLength(1 + 3 + 1);
    // Nothing of the key stays behind.
    expect(shown(device, device.packets.at(-1))).toBe(ZERO_WINDOW);
  });

  it("a controller that stays busy", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    device.registers.set(device.table.registers.command, 2);
    expect((await errorOf(burn())).code).toBe("efuse.controller-busy");
    expect(device.packets).toEqual([]);
  });

  it("a signal that has fired", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    expect((await errorOf(burn({ signal: AbortSignal.abort() }))).code).toBe("operation.aborted");
    expect(device.packets).toEqual([]);
  });
});

describe("a burn that does not take at once", () => {
  it("is done again, of BLOCK0 only what is missing", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits: 0b111n << 64n }]);
    const data = device.table.registers.program?.data ?? 0;
    let times = 0;
    device.onProgram = (_block, program) => {
      // Bit 65 does not burn the first time.
      if (times++ === 0) device.registers.set(data + 8, (device.registers.get(data + 8) ?? 0) & ~2);
      program();
    };
    const { steps } = await burn();
    expect(steps[0]).toMatchObject({ attempts: 2, verdict: "equal" });
    const staged = device.packets.filter((packet) =>
      packet.some(({ address, value }) => address === data + 8 && value !== 0),
    );
    expect(staged.map((packet) => packet.find(({ address }) => address === data + 8)?.value)).toEqual([7, 2]);
    expect(device.events).toContainEqual({
      type: "efuse.reburn",
      block: 0,
      name: "BLOCK0",
      attempt: 2,
      reason: "missing-bits",
    });
  });

  it("is done again with the same words, where there are check bits", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    let times = 0;
    device.onProgram = (_block, program) => {
      if (times++ > 0) program();
    };
    const { steps } = await burn();
    expect(steps[0]?.attempts).toBe(2);
    const staged = device.packets.map((packet) => shown(device, packet)).filter((text) => text.includes(KEY_WORDS));
    expect(staged).toHaveLength(2);
  });

  it("fails after three attempts and says what is burned and what is not", async () => {
    const { device, burn } = await prepared("esp32c3", [
      { block: 5, bits: KEY },
      { block: 4, bits: KEY },
      { block: 0, bits: 1n << 40n },
      { block: 0, bits: 1n, postponed: true },
    ]);
    device.onProgram = (block, program) => {
      if (block !== 4) program();
    };
    const error = await errorOf(burn());
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.details["burned"]).toMatchObject([{ block: 5, verdict: "equal" }]);
    expect(error.details["failed"]).toMatchObject({ block: 4, attempts: 3, reason: "missing-bits", begun: true });
    expect(error.details["notBurned"]).toMatchObject([
      { block: 0, postponed: false },
      { block: 0, postponed: true },
    ]);
    // A key: how many bits are missing, but not which.
    expect((error.details["failed"] as { missingBits: unknown }).missingBits).toBe(80);
    expect(error.hint).toContain("Burn damaged blocks again.");
    expect(error.remedies).toEqual(["recover-efuses"]);
    expect(device.registers.get(device.table.blocks[0]?.readAddress ?? 0)).toBeUndefined();
  });

  it("stops when the chip reports errors that were not there before", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    const register = device.table.registers.blockErrors[4]?.count?.register ?? 0;
    device.onProgram = (_block, program) => {
      program();
      device.registers.set(register, 1 << 12);
    };
    const error = await errorOf(burn());
    expect(error.details["failed"]).toMatchObject({ reason: "damaged", attempts: 3, errorCount: 1 });
  });

  it("is not blamed for errors that were there before", async () => {
    const device = await scriptedEfuses("esp32c3");
    device.registers.set(device.table.registers.blockErrors[4]?.count?.register ?? 0, 1 << 12);
    const basis = await readEfuses(device, { table: device.table });
    const { steps } = await burnEfuses(device, planOf(basis, [{ block: 4, bits: KEY }]));
    expect(steps[0]).toMatchObject({ attempts: 1, verdict: "equal" });
  });

  it("stops at once when bits change that nobody wanted changed", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits: 1n << 40n }]);
    const block0 = device.table.blocks[0]?.readAddress ?? 0;
    device.onProgram = (_block, program) => {
      program();
      device.registers.set(block0 + 12, 1);
    };
    const error = await errorOf(burn());
    expect(error.details["failed"]).toMatchObject({ reason: "unexpected-bits", attempts: 1, unexpectedBits: [96] });
  });
});

describe("what cannot be read", () => {
  it("is not called verified", async () => {
    const device = await scriptedEfuses("esp32c3");
    // RD_DIS hides BLOCK_KEY0.
    device.registers.set((device.table.blocks[0]?.readAddress ?? 0) + 4, 1);
    device.onProgram = () => {};
    const basis = await readEfuses(device, { table: device.table });
    const { steps } = await burnEfuses(device, planOf(basis, [{ block: 4, bits: KEY }]));
    expect(steps[0]).toMatchObject({ attempts: 1, verdict: "hidden" });
  });

  it("is read anew after it was hidden, and is zero", async () => {
    const { device, burn } = await prepared("esp32c3", [
      { block: 4, bits: KEY },
      { block: 0, bits: 1n << 32n, postponed: true },
    ]);
    const key0 = device.table.blocks[4]?.readAddress ?? 0;
    device.onProgram = (block, program) => {
      program();
      if (block === 0) for (let word = 0; word < 8; word++) device.registers.set(key0 + 4 * word, 0);
    };
    const { steps, state } = await burn();
    expect(steps.map(({ verdict }) => verdict)).toEqual(["equal", "equal"]);
    expect(state?.blocks.get(4)?.bits).toBe(0n);
  });
});

describe("a garbled read", () => {
  it("of what was burned is not believed", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    const key0 = device.table.blocks[4]?.readAddress ?? 0;
    const read = device.readRegisters.bind(device);
    let isBurned = false;
    let garbled = 0;
    device.onProgram = (_block, program) => {
      program();
      isBurned = true;
    };
    device.readRegisters = async (addresses) => {
      const values = await read(addresses);
      if (!isBurned || !addresses.includes(key0) || garbled++ > 0) return values;
      return values.map((value, index) => (addresses[index] === key0 ? value ^ 0x10 : value));
    };
    const { steps } = await burn();
    expect(steps[0]).toMatchObject({ attempts: 1, verdict: "equal" });
    expect(garbled).toBeGreaterThan(1);
  });
});

describe("a lost answer", () => {
  const isCommand = (device: ScriptedEfuses, packet: readonly RegisterWrite[]): boolean =>
    packet.some(({ address, value }) => address === device.table.registers.command && (value & 3) === 2);
  const programs = (device: ScriptedEfuses): number =>
    device.packets.filter((packet) => isCommand(device, packet)).length;

  it("to the command to burn: it is looked first, and not burned again when it is burned", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    const write = device.writeRegisters.bind(device);
    device.writeRegisters = async (packet) => {
      await write(packet);
      if (isCommand(device, packet))
        throw new EspError("link.timeout", "No answer.", { details: { command: "READ_REG" } });
    };
    const { steps } = await burn();
    expect(steps[0]).toMatchObject({ attempts: 1, verdict: "equal" });
    expect(programs(device)).toBe(1);
  });

  it("to a command that never arrived: it is given again", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 4, bits: KEY }]);
    let lost = 0;
    device.onPacket = (packet) => {
      if (isCommand(device, packet) && lost++ === 0)
        throw new EspError("link.timeout", "No answer.", { details: { command: "READ_REG" } });
    };
    const { steps } = await burn();
    expect(steps[0]).toMatchObject({ attempts: 2, verdict: "equal" });
  });

  it("to the command for a block that cannot be read: it is given again, as nothing else proves it", async () => {
    const device = await scriptedEfuses("esp32c3");
    device.registers.set((device.table.blocks[0]?.readAddress ?? 0) + 4, 1);
    device.onProgram = () => {};
    const basis = await readEfuses(device, { table: device.table });
    let lost = 0;
    device.onPacket = (packet) => {
      if (isCommand(device, packet) && lost++ === 0)
        throw new EspError("link.timeout", "No answer.", { details: { command: "READ_REG" } });
    };
    const { steps } = await burnEfuses(device, planOf(basis, [{ block: 4, bits: KEY }]));
    expect(steps[0]).toMatchObject({ attempts: 2, verdict: "hidden" });
  });
});

describe("a lost connection", () => {
  const DIS_DOWNLOAD_MODE = 1n << 128n;
  const ENABLE_SECURITY_DOWNLOAD = 1n << 133n;

  /** The chip is silent from the first load after the burn on. */
  async function locked(bits: bigint, restore: () => Promise<"restored" | "secure-download">) {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits }]);
    let burned = false;
    device.onProgram = (_block, program) => {
      program();
      burned = true;
    };
    device.onPacket = () => {
      if (burned) throw new EspError("port.lost", "The port is gone.");
    };
    device.restore = async () => {
      const outcome = await restore();
      if (outcome === "restored") burned = false;
      return outcome;
    };
    return burn;
  }
  const silent = async (): Promise<never> => {
    throw new EspError("port.lost", "It did not come back.");
  };

  it("is not taken for that when something else answers", async () => {
    const burn = await locked(DIS_DOWNLOAD_MODE, async () => {
      throw new EspError("connect.wrong-chip", "Another chip answers.", { details: { expected: null, found: null } });
    });
    expect((await errorOf(burn())).code).toBe("efuse.burn-failed");
  });

  it("is expected when download mode was disabled, and not called verified", async () => {
    const burn = await locked(DIS_DOWNLOAD_MODE, silent);
    const { steps, state } = await burn();
    expect(steps).toMatchObject([{ block: 0, verdict: "download-disabled" }]);
    expect(state).toBeNull();
  });

  it("is a failure when anything else was burned", async () => {
    const error = await errorOf((await locked(1n << 40n, silent))());
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.details["failed"]).toMatchObject({ reason: "interrupted", begun: true });
  });

  it("is expected when Secure Download Mode was enabled and the chip is in it", async () => {
    const burn = await locked(ENABLE_SECURITY_DOWNLOAD, async () => "secure-download");
    expect((await burn()).steps).toMatchObject([{ verdict: "secure-download" }]);
  });

  it("in Secure Download Mode that nobody enabled is a failure", async () => {
    const error = await errorOf((await locked(1n << 40n, async () => "secure-download"))());
    expect(error.code).toBe("efuse.burn-failed");
  });

  it("before the chip has taken the command is a failure, even where it would be expected after it", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits: DIS_DOWNLOAD_MODE }]);
    device.onPacket = (packet) => {
      if (packet.some(({ value }) => value === 0x5a5a)) throw new EspError("port.lost", "The port is gone.");
    };
    device.restore = silent;
    const error = await errorOf(burn());
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.details["failed"]).toMatchObject({ reason: "interrupted", begun: true });
  });

  it("before anything was burned is just that", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits: DIS_DOWNLOAD_MODE }]);
    device.onPacket = () => {
      if (device.packets.length > 1) throw new EspError("port.lost", "The port is gone.");
    };
    device.restore = silent;
    expect((await errorOf(burn())).code).toBe("port.lost");
  });

  it("is restored twice and no more", async () => {
    const { device, burn } = await prepared("esp32c3", [{ block: 0, bits: 1n << 40n }]);
    let restores = 0;
    device.onPacket = () => {
      if (device.packets.length > 1) throw new EspError("port.lost", "The port is gone.");
    };
    device.restore = async () => {
      restores++;
      return "restored";
    };
    expect((await errorOf(burn())).code).toBe("port.lost");
    expect(restores).toBe(2);
  });

  it("that is restored is followed by a look, not by another burn", async () => {
    const burn = await locked(DIS_DOWNLOAD_MODE, async () => "restored");
    expect((await burn()).steps).toMatchObject([{ attempts: 1, verdict: "equal" }]);
  });
});

describe("an abort signal", () => {
  it("counts between two steps, and the error says what is burned", async () => {
    const { device, burn } = await prepared("esp32c3", [
      { block: 5, bits: KEY },
      { block: 4, bits: KEY },
    ]);
    const stop = new AbortController();
    device.onProgram = (_block, program) => {
      program();
      stop.abort();
    };
    const error = await errorOf(burn({ signal: stop.signal }));
    expect(error.code).toBe("operation.aborted");
    expect(error.details["burned"]).toMatchObject([{ block: 5, verdict: "equal" }]);
    expect(error.details["notBurned"]).toMatchObject([{ block: 4 }]);
    expect(device.registers.get(device.table.blocks[5]?.readAddress ?? 0)).toBe(0x03020100);
    expect(device.registers.get(device.table.blocks[4]?.readAddress ?? 0)).toBeUndefined();
  });
});
