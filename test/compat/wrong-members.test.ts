import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LowLevelLoader } from "../../src/compat/loader/low-level-loader.ts";
import { ESPLoader, Transport } from "../../src/compat.ts";
import { isEspError } from "../../src/index.ts";
import { INSTANT_TIMING } from "../../src/virtual.ts";
import { type Page, page, scrap } from "../support/port/page.ts";
import { WRONG_VALUES } from "../support/wrong-values.ts";

/** Every member of the two classes, with wrong values in place of each argument: it ends, and throws nothing but an `EspError`. */
type Members = Readonly<Record<string, () => readonly unknown[]>>;

// Traces go to the console, as pages know it.
beforeEach(() => void vi.spyOn(console, "log").mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

const TRANSPORT: Members = {
  setDeviceLostCallback: () => [null],
  getInfo: () => [],
  getVid: () => [],
  getPid: () => [],
  trace: () => ["a line"],
  returnTrace: () => [],
  hexify: () => [scrap(20)],
  hexConvert: () => [scrap(20), true],
  slipWriter: () => [scrap(20)],
  write: () => [scrap(20)],
  appendArray: () => [scrap(20), scrap(3)],
  flushInput: () => [],
  drainInput: () => [1, 2],
  flushOutput: () => [],
  inWaiting: () => [],
  peek: () => [],
  read: () => [1],
  setRTS: () => [true],
  setDTR: () => [true],
  setSignals: () => [true, true, false],
  changeBaudrate: () => [9600, {}],
  waitForUnlock: () => [1],
  disconnect: () => [],
};

const LOADER: Members = {
  write: () => ["text", true],
  error: () => ["text", true],
  info: () => ["text", true],
  debug: () => ["text", true],
  _shortToBytearray: () => [1],
  _intToByteArray: () => [1],
  _byteArrayToInt: () => [1, 2, 3, 4],
  _appendArray: () => [scrap(2), scrap(3)],
  checksum: () => [scrap(2), 0xef],
  toHex: () => [scrap(2)],
  timeoutPerMb: () => [1, 1],
  flashSizeBytes: () => ["4MB"],
  main: () => ["default_reset"],
  connect: () => ["default_reset", 1, true],
  detectChip: () => ["default_reset", 1],
  runStub: () => [],
  changeBaud: () => [],
  constructResetSequence: () => ["default_reset"],
  readReg: () => [0x60000000, 1],
  writeReg: () => [0x600c0000, 1, 0, 0, 0],
  getSecurityInfo: () => [true],
  getChipId: () => [],
  usesUsbOtg: () => [],
  readFlash: () => [0, 16, () => {}],
  eraseFlash: () => [],
  eraseRegion: () => [0, 4096],
  flashMd5sum: () => [0, 16],
  readFlashId: () => [],
  flashId: () => [],
  detectFlashSize: () => [],
  getFlashSize: () => [],
  parseFlashSizeArg: () => ["4MB"],
  _updateImageFlashParams: () => [scrap(32), 0, "keep", "keep", "keep"],
  writeFlash: () => [{ fileArray: [{ data: scrap(16), address: 0x10000 }] }],
  after: () => ["hard_reset", false, "D0"],
  hardReset: () => [],
  softReset: () => [false],
};

const methodsOf = (kind: { readonly prototype: object }): string[] => {
  const names: string[] = [];
  for (let at = kind.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at))
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === "function" && name !== "constructor") names.push(name);
  return names;
};
const REFUSED = new Set(methodsOf(LowLevelLoader));
/** They end when the page says so, or with what the page gives them: not told by their arguments alone. */
const APART = new Set(["readLoop", "rawRead", "updateDevice", "connect"]);

async function trouble(target: object, name: string, args: readonly unknown[]): Promise<string | null> {
  try {
    await Reflect.get(target, name).apply(target, args);
    return null;
  } catch (error) {
    if (!isEspError(error)) return `threw ${String(error)}`;
    return error.code === "internal" ? `internal: ${error.message}` : null;
  }
}

async function complaints(
  name: string,
  right: () => readonly unknown[],
  make: () => Promise<object>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [place] of right().entries())
    for (const [kind, wrong] of Object.entries(WRONG_VALUES)) {
      const args: unknown[] = [...right()];
      args[place] = wrong();
      const what = await trouble(await make(), name, args);
      if (what !== null) found.push(`argument ${place} is ${kind}: ${what}`);
    }
  return found;
}

const chip = (): Page => page("esp32c3", { timing: INSTANT_TIMING });
const opened = async (): Promise<object> => {
  const { transport } = chip();
  await transport.connect();
  return transport;
};
const connected = async (): Promise<object> => {
  const loader = chip().loader();
  await loader.connect("default_reset", 1);
  return loader;
};

describe("Transport", () => {
  it("is known, every member of it", () => {
    expect(methodsOf(Transport).filter((name) => TRANSPORT[name] === undefined && !APART.has(name))).toEqual([]);
  });
  it.each(Object.entries(TRANSPORT))("%s", { timeout: 60_000 }, async (name, right) => {
    expect(await complaints(name, right, opened)).toEqual([]);
  });
});

describe("ESPLoader", () => {
  it("is known, every member of it", () => {
    expect(methodsOf(ESPLoader).filter((name) => LOADER[name] === undefined && !REFUSED.has(name))).toEqual([]);
  });
  it.each(Object.entries(LOADER))("%s", { timeout: 120_000 }, async (name, right) => {
    expect(await complaints(name, right, connected)).toEqual([]);
  });
  it("refuses what it does not offer", async () => {
    const loader = await connected();
    for (const name of REFUSED) expect(await trouble(loader, name, [Symbol("wrong")]), name).toBeNull();
  });
});
