import { describe, expect, it } from "vitest";
import { MachineBench } from "../../../test/support/chip/machine-bench.ts";
import { recordingSink } from "../../../test/support/chip/recording-sink.ts";
import { EfuseBench, pattern, type Registers } from "../../../test/support/efuse/efuse-bench.ts";
import { sleep } from "../../core/clock.ts";
import { GET_SECURITY_INFO, READ_REG, SYNC, WRITE_REG } from "../../core/wire/commands.ts";
import { decodeSecurityInfo } from "../../core/wire/security-info.ts";
import type { EfuseChipId } from "../efuse/efuse-layout-row.ts";
import { createFaults, type FaultControls } from "../fault/faults.ts";
import { DEFAULT_TIMING } from "../time/timing.ts";
import { virtualChip } from "../virtual-chip.ts";

/** Registers through a loader; a lost answer is an error. */
function through(bench: MachineBench): Registers {
  return {
    readRegisters: async (addresses) => addresses.map((address) => bench.ask(READ_REG, { address }).value),
    writeRegisters: async (writes) => {
      bench.ask(WRITE_REG, writes);
    },
  };
}

interface Made {
  readonly machine: MachineBench;
  readonly bench: EfuseBench;
  readonly faults: FaultControls;
}

function make(chip: EfuseChipId, options: ConstructorParameters<typeof MachineBench>[1] = {}): Made {
  const faults = createFaults({ unplugAfter: () => undefined });
  const machine = new MachineBench(chip, { ...options, faults: { efuses: faults.plan.efuses } });
  return { machine, bench: new EfuseBench(chip, through(machine)), faults: faults.controls };
}

/** Word and bit of BLOCK0 (fact sheet efuse-secure, tables). */
const DIS_DOWNLOAD_MODE = { esp32c3: [4, 0], esp32c2: [1, 14], esp32s31: [4, 16] } as const;
const ENABLE_SECURITY_DOWNLOAD = { esp32c3: [4, 5], esp32c6: [4, 5], esp32c61: [3, 4] } as const;

async function setBit(bench: EfuseBench, [word, bit]: readonly [number, number]): Promise<void> {
  const words = new Array<number>(bench.words(0)).fill(0);
  words[word] = (1 << bit) >>> 0;
  await bench.fill(0, words);
  await bench.program(0);
}

function refresh({ machine, bench }: Made): void {
  const { base, conf, command } = bench.facts;
  const writes = [
    { address: base + conf, value: 0x5aa5 },
    { address: base + command, value: 1 },
    { address: base + conf, value: 0x5aa5, delayMicroseconds: 1000 },
  ];
  expect(machine.replies(WRITE_REG, writes)).toHaveLength(1);
}

describe("eFuses behind a loader", () => {
  it("keep the controller busy for a while", async () => {
    const { efuseProgramMs, efuseReadMs } = DEFAULT_TIMING;
    const made = make("esp32c3", { timing: { efuseProgramMs, efuseReadMs } });
    const { machine, bench } = made;
    const { base, conf, command } = bench.facts;
    const now = (): number => {
      machine.post(READ_REG, { address: base + command });
      return machine.reply(machine.take(0.1)[0]!)!.value;
    };
    await bench.fill(3, bench.programWords(3, pattern(8)));
    await bench.set(conf, 0x5a5a);
    machine.post(WRITE_REG, [{ address: base + command, value: 2 | (3 << 2) }]);
    machine.take(0.1);
    expect(now()).toBe(2 | (3 << 2));
    machine.advance(efuseProgramMs);
    expect(now()).toBe(0);
    machine.post(WRITE_REG, [
      { address: base + conf, value: 0x5aa5 },
      { address: base + command, value: 1 },
    ]);
    machine.take(0);
    machine.post(READ_REG, { address: base + 0x7c });
    expect(machine.reply(machine.take(0)[0]!)!.value).toBe(0);
    machine.advance(efuseReadMs);
    expect(now()).toBe(0);
    expect(await bench.block(3)).toEqual(pattern(8));
  });

  it("show what was burned after a reset, too", async () => {
    const { machine, bench } = make("esp32c3");
    await bench.fill(3, bench.programWords(3, pattern(8)));
    await bench.program(3);
    expect((await bench.block(3))[0]).toBe(0);
    machine.machine.start("download", "reset-pin");
    expect(await bench.block(3)).toEqual(pattern(8));
  });

  it("keep what is hidden, and its parity, in the silicon", async () => {
    const machine = make("esp32c3");
    await machine.bench.burn(4, pattern(8));
    await machine.bench.burnBit(1, 0);
    expect(await machine.bench.block(4)).toEqual(new Array(8).fill(0));
    // The same bits once more do no harm, others do: the fuses are still there.
    await machine.bench.burn(4, pattern(8));
    expect(await machine.bench.register(0x1c0)).toBe(0);
    await machine.bench.burn(4, pattern(8, 5));
    expect(await machine.bench.register(0x1c0)).not.toBe(0);
  });

  it.each(["esp32c3", "esp32c2", "esp32s31"] as const)(
    "%s: the ROM falls silent when a READ shows that download mode is off",
    async (chip) => {
      const made = make(chip);
      await setBit(made.bench, DIS_DOWNLOAD_MODE[chip]);
      expect(made.machine.replies(SYNC, {})).toHaveLength(8);
      refresh(made);
      expect(made.machine.replies(SYNC, {})).toHaveLength(0);
      expect(made.machine.machine.running).toBe("nothing");
      made.machine.machine.start("download", "reset-pin");
      expect(made.machine.replies(SYNC, {})).toHaveLength(0);
      made.machine.machine.start("flash", "reset-pin");
      expect(made.machine.machine.downloadDisabled).toBe(true);
    },
  );

  it("the stub goes on until the next reset", async () => {
    const made = make("esp32c3");
    await made.machine.startStub("esp32c3");
    await setBit(made.bench, DIS_DOWNLOAD_MODE.esp32c3);
    refresh(made);
    expect((await made.bench.block(0))[4]).toBe(1);
    made.machine.machine.start("download", "reset-pin");
    expect(made.machine.replies(SYNC, {})).toHaveLength(0);
  });

  it("the ESP32 looks at its bit at the next reset, from revision 3 on", async () => {
    for (const major of [1, 3]) {
      const made = make("esp32", { silicon: { revision: { major, minor: 0 } } });
      await setBit(made.bench, [0, 27]);
      refresh(made);
      expect(made.machine.replies(SYNC, {})).toHaveLength(8);
      made.machine.machine.start("download", "reset-pin");
      expect(made.machine.replies(SYNC, {})).toHaveLength(major === 1 ? 8 : 0);
    }
  });

  it.each(["esp32c3", "esp32c6", "esp32c61"] as const)(
    "%s: the ROM falls silent when a READ shows Secure Download Mode, and is in it after the next reset",
    async (chip) => {
      const made = make(chip);
      const { machine, bench } = made;
      await setBit(bench, ENABLE_SECURITY_DOWNLOAD[chip]);
      expect(machine.ask(READ_REG, { address: bench.facts.base }).status).toBe(0);
      refresh(made);
      // Lost, not refused: a refusal is what hosts do not expect here.
      expect(machine.replies(READ_REG, { address: bench.facts.base })).toHaveLength(0);
      machine.machine.start("download", "reset-pin");
      expect(machine.replies(READ_REG, { address: bench.facts.base })[0]?.status).not.toBe(0);
      const info = decodeSecurityInfo(machine.ask(GET_SECURITY_INFO, {}).body);
      expect((info?.flags ?? 0) & 4).toBe(4);
      // A ROM that began in this mode goes on.
      expect(machine.replies(READ_REG, { address: bench.facts.base })[0]?.status).not.toBe(0);
    },
  );

  it("secure boot and key purposes are read from the registers", async () => {
    const made = make("esp32c3");
    // SECURE_BOOT_EN (b0.3.20) and KEY_PURPOSE_1 (b0.2.28) = 4.
    const words = [0, 0, 0x40000000, 0x00100000, 0, 0];
    const info = (): ReturnType<typeof decodeSecurityInfo> =>
      decodeSecurityInfo(made.machine.ask(GET_SECURITY_INFO, {}).body);
    await made.bench.fill(0, words);
    await made.bench.program(0);
    expect((info()?.flags ?? 1) & 1).toBe(0);
    refresh(made);
    expect((info()?.flags ?? 0) & 1).toBe(1);
    expect(info()?.keyPurposes[1]).toBe(4);
  });

  it("a brown-out during READ restarts the chip before it answers", async () => {
    const made = make("esp32c3");
    made.faults.brownOutAtEfuseRead();
    await made.bench.fill(3, made.bench.programWords(3, pattern(8)));
    await made.bench.program(3);
    const { base, conf, command } = made.bench.facts;
    await made.bench.set(conf, 0x5aa5);
    const read = [
      { address: base + command, value: 1 },
      { address: base + conf, value: 0x5aa5, delayMicroseconds: 1000 },
    ];
    expect(made.machine.replies(WRITE_REG, read)).toHaveLength(0);
    expect(made.machine.restarts).toEqual(["brown-out"]);
    made.machine.machine.start("download", "brown-out");
    expect(await made.bench.block(3)).toEqual(pattern(8));
  });

  it("a chip that is strapped for the download mode it lacks does nothing, and does not say that it waits", async () => {
    const held = async (efuses: readonly (readonly [number, number])[]): Promise<[string, string]> => {
      const chip = virtualChip("esp32c3", { boot: "held", silicon: { efuses } });
      const sink = recordingSink(chip.clock);
      await chip.port.open({ baudRate: 115200 }, sink);
      chip.pressReset(true);
      chip.pressReset(false);
      await sleep(chip.clock, 200);
      return [chip.running, sink.text()];
    };
    expect(await held([])).toEqual(["rom-loader", expect.stringContaining("waiting for download")]);
    expect(await held([[0x6000883c, 1]])).toEqual(["nothing", expect.not.stringContaining("waiting")]);
    expect((await held([[0x6000883c, 1]]))[1]).toContain("boot:0x4");
  });
});
