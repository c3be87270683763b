import { describe, expect, it } from "vitest";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import {
  type BurnRequest,
  blocksFor,
  burnEfuses,
  type EfuseDevice,
  efuseDevice,
  planBurn,
  readEfuses,
  recoverBlocks,
  virtualEfuses,
} from "../../src/efuse.ts";
import {
  connect,
  disconnect,
  eraseFlash,
  eraseNand,
  type Session,
  verifyFlash,
  writeFlash,
  writeNand,
} from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { EFUSE_CHIPS, EFUSE_FACTS } from "../support/efuse/efuse-bench.ts";
import { errorOf } from "../support/outcome.ts";
import { type Bench, cellsOf, exchangeable, exchangeBench } from "../support/port/exchangeable-port.ts";
import { until } from "../support/port/ports.ts";

/** Long enough for a person to take one board off an adapter and put another on. */
const MEANWHILE_MS = 5000;
const FIRST = "10:20:30:41:52:01";
const SECOND = "10:20:30:41:52:02";

const KEY = Uint8Array.from({ length: 64 }, (_, index) => 0x40 + index);

async function pause({ port }: Bench): Promise<void> {
  await new Promise<void>((resolve) => port.clock.after(MEANWHILE_MS, resolve));
}

async function planned(session: Session, requests: readonly BurnRequest[]) {
  const device = efuseDevice(session);
  const { table } = await readEfuses(device, { blocks: [] });
  const state = await readEfuses(device, { table, blocks: blocksFor(table, requests) });
  return { device, plan: planBurn(state, requests) };
}

/** A harmless bit of a block that has neither the MAC address nor the locks in it. */
const userBit = (chip: string): BurnRequest[] => [
  {
    kind: "bits",
    block: chip === "esp32" ? "BLOCK3" : chip === "esp32c2" ? "BLOCK_KEY0" : "BLOCK_USR_DATA",
    bits: [4],
  },
];

/** Exchanges the chips between plan and burn; what comes of it. Neither may have been burned. */
async function burnOther(
  bench: Bench,
  { requests, stub = false, waits = true }: { requests: BurnRequest[]; stub?: boolean; waits?: boolean },
) {
  const session = await connect(bench.port, { stub });
  const { device, plan } = await planned(session, requests);
  expect(plan.steps.length).toBeGreaterThan(0);
  await bench.exchange();
  if (waits) await pause(bench);
  const before = [bench.first, bench.second].map(cellsOf);
  const error = await errorOf(burnEfuses(device, plan));
  expect([bench.first, bench.second].map(cellsOf)).toEqual(before);
  await disconnect(session, { reset: "no-reset" });
  return error;
}

describe("a chip that is exchanged between the plan and the burn", () => {
  it.each(EFUSE_CHIPS)("%s: is not burned, and both are named", async (chip) => {
    for (const waits of [true, false]) {
      const error = await burnOther(exchangeBench(chip), { requests: userBit(chip), waits });
      expect(error.code).toBe("efuse.changed-meanwhile");
      expect(error.message).toMatch(/^Nothing was burned/);
      expect(error.message).toContain(FIRST);
      expect(error.message).toContain(SECOND);
    }
  });

  it("is found by its MAC address alone, when it was spoken to before and answers at once", async () => {
    const bench = exchangeBench("esp32c3");
    await disconnect(await connect(bench.second.port, { stub: false }), { reset: "no-reset" });
    for (const waits of [true, false]) {
      const error = await burnOther(
        { ...bench, ...exchangeable(bench.first, bench.second) },
        {
          requests: userBit("esp32c3"),
          waits,
        },
      );
      expect(error.code).toBe("efuse.changed-meanwhile");
    }
  });

  it("is not burned where the flasher stub was running, and now the ROM answers", async () => {
    const { code } = await burnOther(exchangeBench("esp32c3"), { requests: userBit("esp32c3"), stub: true });
    expect(code).toBe("efuse.changed-meanwhile");
  });

  it("is not burned where a stub runs on both", async () => {
    const bench = exchangeBench("esp32c3");
    await disconnect(await connect(bench.second.port), { reset: "no-reset-stub" });
    const { code } = await burnOther(bench, { requests: userBit("esp32c3"), stub: true });
    expect(code).toBe("efuse.changed-meanwhile");
  });

  it("is not burned when it runs its firmware and answers nobody", async () => {
    const bench = exchangeBench("esp32c3", { second: { boot: "flash" } });
    expect((await burnOther(bench, { requests: userBit("esp32c3") })).code).toMatch(/^link\./);
  });

  it("is not burned when it is of another kind", async () => {
    const bench = exchangeBench("esp32c3", { secondId: "esp32s3" });
    expect((await burnOther(bench, { requests: userBit("esp32c3") })).code).toBe("efuse.changed-meanwhile");
  });

  it("is not burned when it is locked", async () => {
    const bench = exchangeBench("esp32c3", { second: { silicon: { secureDownload: true } } });
    const { code } = await burnOther(bench, { requests: userBit("esp32c3") });
    expect(code).not.toBe("efuse.burn-failed");
  });

  const sameMac = { mac: Uint8Array.of(0x10, 0x20, 0x30, 0x41, 0x52, 1) };

  it.each([
    ["its revision", { ...sameMac, revision: { major: 1, minor: 1 } }],
    ["a block that the plan rests on and does not burn", { ...sameMac, efuses: [[0x60007000 + 0x15c - 0x20, 1]] }],
  ] as const)("is told by %s where the MAC addresses are equal", async (_, silicon) => {
    // A key of two blocks goes where a block is free, so all key blocks are looked at for the plan.
    const requests: BurnRequest[] = [
      { kind: "key", block: "BLOCK_KEY0", purpose: "XTS_AES_256_KEY", key: { kind: "raw", bytes: KEY } },
    ];
    const bench = exchangeBench("esp32s3", { second: { silicon } });
    const { code, message } = await burnOther(bench, { requests });
    expect(code).toBe("efuse.changed-meanwhile");
    expect(message).toMatch(/revision|BLOCK_KEY5/);
  });

  it("is not mended", async () => {
    const bench = exchangeBench("esp32c6");
    for (const chip of [bench.first, bench.second]) chip.faults.reportEfuseErrors(1, { errors: 2, failed: false });
    const session = await connect(bench.port, { stub: false });
    const device = efuseDevice(session);
    const state = await readEfuses(device);
    await bench.exchange();
    expect((await errorOf(recoverBlocks(device, state))).code).toBe("efuse.changed-meanwhile");
    expect(bench.second.efuseLog.filter((event) => event.do === "program")).toEqual([]);
  });

  it("is not burned with what is left of a plan", async () => {
    const bench = exchangeBench("esp32c3");
    let exchanged: Promise<void> | null = null;
    const session = await connect(bench.port, {
      stub: false,
      onEvent: ({ type }) => {
        if (type === "efuse.burned") exchanged ??= bench.exchange();
      },
    });
    const { device, plan } = await planned(session, [...userBit("esp32c3"), { kind: "field", field: "DIS_TWAI" }]);
    const before = cellsOf(bench.second);
    const error = await errorOf(burnEfuses(device, plan));
    expect(exchanged).not.toBeNull();
    expect(cellsOf(bench.second)).toEqual(before);
    expect(bench.second.efuseLog.filter((event) => event.do === "program")).toEqual([]);
    expect(error.code).toBe("efuse.burn-failed");
    expect(error.message).toContain(SECOND);
    expect(error.details).toMatchObject({ burned: [{ name: "BLOCK_USR_DATA" }], failed: { begun: false } });
  });

  it("is not burned with what is left of a plan where nothing but the chip tells that it is another", async () => {
    const files = [1, 2].map((last) => {
      // MAC address: the first words of BLOCK1. The file has its last byte first.
      const page = new Uint8Array(0x200);
      page.set([last, 0x52, 0x41, 0x30, 0x20, 0x10], 0x44);
      return page.reverse();
    });
    const [first, second] = files.map((file) => virtualEfuses("esp32c3", { file }));
    let current = first!;
    const device: EfuseDevice = {
      chip: "esp32c3",
      chipRevision: null,
      crystalMhz: first!.crystalMhz,
      clock: first!.clock,
      readRegisters: (addresses) => current.readRegisters(addresses),
      writeRegisters: (writes) => current.writeRegisters(writes),
      emit: ({ type }) => {
        if (type === "efuse.burned") current = second!;
      },
    };
    const requests: BurnRequest[] = [...userBit("esp32c3"), { kind: "field", field: "DIS_TWAI" }];
    const error = await errorOf(burnEfuses(device, planBurn(await readEfuses(device), requests)));
    expect(error.details).toMatchObject({ burned: [{ name: "BLOCK_USR_DATA" }], failed: { begun: false } });
    expect(error.message).toContain(SECOND);
    expect(second!.log.filter((event) => event.do === "program")).toEqual([]);
    expect(first!.log.filter((event) => event.do === "program")).toHaveLength(1);
    // Nothing of the plan stays behind in the wrong one.
    const { base } = EFUSE_FACTS.esp32c3;
    const window = Array.from({ length: 11 }, (_, index) => base + 4 * index);
    expect(await second!.readRegisters(window)).toEqual(window.map(() => 0));
  });

  it("may stay the same chip as long as one likes", async () => {
    const bench = exchangeBench("esp32c3");
    const session = await connect(bench.port, { stub: false });
    const { device, plan } = await planned(session, userBit("esp32c3"));
    await pause(bench);
    const report = await burnEfuses(device, plan);
    expect(report.steps).toMatchObject([{ verdict: "equal" }]);
    // And what it says of itself goes on counting.
    await pause(bench);
    await burnEfuses(device, planBurn(report.state!, [{ kind: "field", field: "DIS_TWAI" }]));
    const cells = cellsOf(bench.first);
    const { base } = EFUSE_FACTS.esp32c3;
    expect([cells.get(base + 0x7c), cells.get(base + 0x30)]).toEqual([1 << 4, 1 << 14]);
  });

  it("is the same while its MAC address is what is burned", async () => {
    const chip = virtualChip("esp32c3", { silicon: { mac: new Uint8Array(6), revision: { major: 0, minor: 0 } } });
    const session = await connect(chip.port, { stub: false });
    const { device, plan } = await planned(session, [
      { kind: "bits", block: "BLOCK1", bits: [0, 40] },
      { kind: "field", field: "DIS_TWAI" },
    ]);
    const { steps } = await burnEfuses(device, plan);
    expect(steps).toHaveLength(2);
    expect(cellsOf(chip).get(EFUSE_FACTS.esp32c3.base + 0x48)).toBe(1 << 8);
  });
});

describe("espefuse, while BURN is being typed", () => {
  it.each(["burn-bit BLOCK_USR_DATA 4", "burn-efuse DIS_TWAI 1", "burn-key BLOCK_KEY0 key.bin USER"])(
    "%s: another chip is not burned",
    async (line) => {
      const bench = exchangeBench("esp32c3");
      const host = testCliHost({ port: bench.port, hasKeyboard: true, files: { "key.bin": KEY.subarray(0, 32) } });
      const before = cellsOf(bench.second);
      const code = runEspefuse(["--chip", "esp32c3", "--port", "adapter", ...line.split(" ")], host);
      await until(() => host.isListening());
      await bench.exchange();
      await host.type("BURN\n");
      expect(await code).not.toBe(0);
      expect(host.err()).toContain(SECOND);
      expect(host.out()).not.toContain("Successful");
      expect([cellsOf(bench.second), bench.second.efuseLog.filter((event) => event.do === "program")]).toEqual([
        before,
        [],
      ]);
    },
  );
});

describe("a session whose chip was exchanged meanwhile", () => {
  const image = Uint8Array.from({ length: 5000 }, (_, index) => index);

  const works = {
    write: (session: Session) => writeFlash(session, [{ address: 0x10000, data: image }]),
    erase: (session: Session) => eraseFlash(session),
    verify: (session: Session) => verifyFlash(session, [{ address: 0x10000, data: image }]),
  };

  it.each([
    ["write", false],
    ["write", true],
    ["erase", true],
    ["verify", true],
  ] as const)("does not %s another one (stub: %s)", async (work, stub) => {
    const bench = exchangeBench("esp32s3", {
      second: { contents: [{ address: 0x10000, bytes: image.map((byte) => byte ^ 0xff) }] },
    });
    await disconnect(await connect(bench.second.port, { stub }), { reset: stub ? "no-reset-stub" : "no-reset" });
    const session = await connect(bench.port, { stub });
    await bench.exchange();
    await pause(bench);
    const before = bench.second.flash.read(0, 0x20000);
    const error = await errorOf(works[work](session) as Promise<unknown>);
    expect(error.code).toBe("connect.wrong-chip");
    expect(error.details).toEqual({ expected: FIRST, found: SECOND });
    // And not at the second try either.
    expect((await errorOf(works[work](session) as Promise<unknown>)).code).toBe("connect.wrong-chip");
    expect(bench.second.flash.read(0, 0x20000)).toEqual(before);
    await disconnect(session, { reset: "no-reset" });
  });

  it("does not erase or write another one's NAND flash", async () => {
    const nand = { silicon: { nand: {} } };
    const bench = exchangeBench("esp32s3", { first: nand, second: nand });
    const options = { plugins: ["nand"] };
    await disconnect(await connect(bench.second.port, options), { reset: "no-reset-stub" });
    const session = await connect(bench.port, options);
    const region = { address: 0, sizeBytes: 0x20000 };
    const pins = { spiConnection: "12,13,11,9,10" };
    expect(await eraseNand(session, region, pins)).toMatchObject({ erased: 1 });
    await bench.exchange();
    await pause(bench);
    for (const work of [
      () => eraseNand(session, region, pins),
      () => writeNand(session, [{ address: 0, data: image }], pins),
    ])
      expect((await errorOf(work() as Promise<unknown>)).code).toBe("connect.wrong-chip");
    expect(bench.second.nand?.counters.erasesPerBlock.size).toBe(0);
    expect(bench.second.nand?.counters.pagesProgrammed).toBe(0);
  });

  it("does not write the rest into another one, when the line went silent in between", async () => {
    const bench = exchangeBench("esp32c3");
    let exchanged: Promise<void> | null = null;
    const session = await connect(bench.port, {
      stub: false,
      onEvent: (event) => {
        if (event.type === "progress") exchanged ??= bench.exchange();
      },
    });
    const big = Uint8Array.from({ length: 40_000 }, (_, index) => (index * 7919) >> 3);
    const error = await errorOf(writeFlash(session, [{ address: 0x10000, data: big }], { compress: "never" }));
    expect(exchanged).not.toBeNull();
    expect(error.code).toBe("connect.wrong-chip");
    expect(bench.second.flash.read(0x10000, big.length).every((byte) => byte === 0xff)).toBe(true);
  });

  it("does not write the rest into another one that is there when the port comes back", async () => {
    const bench = exchangeBench("esp32c3");
    let isUnplugged = false;
    const session = await connect(bench.port, {
      onEvent: ({ type }) => {
        if (type === "progress" && !isUnplugged) bench.unplug();
        isUnplugged ||= type === "progress";
      },
    });
    const big = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7919) >> 3);
    const error = await errorOf(writeFlash(session, [{ address: 0x10000, data: big }]));
    expect([isUnplugged, error.code]).toEqual([true, "connect.wrong-chip"]);
    expect(error.message).toContain(FIRST);
    expect(error.message).toContain(SECOND);
    expect(bench.second.flash.read(0x10000, big.length).every((byte) => byte === 0xff)).toBe(true);
  });
});
