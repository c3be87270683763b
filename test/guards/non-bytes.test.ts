import { describe, expect, it } from "vitest";
import { chipById } from "../../src/chips.ts";
import { runCli } from "../../src/cli.ts";
import { equalBytes } from "../../src/core/bytes/words.ts";
import { type BurnRequest, efuseDevice, planBurn, readEfuses } from "../../src/efuse.ts";
import { mergeFirmware, parseImage } from "../../src/image.ts";
import {
  type ConnectOptions,
  connect,
  type EspEvent,
  loadRam,
  type Session,
  verifyFlash,
  verifyNand,
  writeFlash,
  writeNand,
} from "../../src/index.ts";
import { encryptFlashData, signDataV2, verifySignaturesV2, verifySignatureV1 } from "../../src/secure.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { codeOf, errorOf } from "../support/outcome.ts";
import { SIGNED } from "../support/right-calls/secure.ts";
import { thrown } from "../support/thrown.ts";
import { byteForms, NO_BYTES } from "../support/wrong-values.ts";

/** What is no bytes is written nowhere, and proved nowhere; bytes in any form are. */

const DATA = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) & 0xff);
const PINS = { spiConnection: "12,13,11,9,10" };
const kinds = Object.entries(NO_BYTES);

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: EspEvent[];
}

async function bench(options: ConnectOptions = {}, id: "esp32c3" | "esp32s3" = "esp32c3"): Promise<Bench> {
  const chip = virtualChip(id, {
    timing: INSTANT_TIMING,
    contents: [{ address: 0, bytes: new Uint8Array(0x3000).fill(0x5a) }],
    ...(id === "esp32s3" ? { silicon: { nand: {} } } : {}),
  });
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { ...options, onEvent: (event) => void events.push(event) });
  return { chip, session, events };
}

const bad = (make: () => unknown): Uint8Array<ArrayBuffer> => make() as Uint8Array<ArrayBuffer>;

describe("what is no bytes", () => {
  it.each(kinds)("%s is not written to flash, and nothing is erased for it", async (_name, make) => {
    for (const stub of [true, false]) {
      const { chip, session, events } = await bench({ stub });
      const before = chip.flash.read(0, 0x4000);
      const work = writeFlash(session, [{ address: 0x1000, data: bad(make), name: "app" }], { eraseAll: stub });
      const { code, message, hint, details } = await errorOf(work);
      expect(code).toBe("argument.invalid");
      expect(message).toContain("'files[0].data' must be bytes");
      expect(hint).toMatch(/./);
      expect(details).toMatchObject({ argument: "files[0].data" });
      expect(equalBytes(chip.flash.read(0, 0x4000), before)).toBe(true);
      expect(chip.flash.counters.bytesProgrammed).toBe(0);
      expect(chip.flash.counters.erasesPerSector.size).toBe(0);
      expect(events.some(({ type }) => type === "verify.matched" || type === "write.file")).toBe(false);
      // The session goes on.
      const [file] = (await writeFlash(session, [{ address: 0x1000, data: DATA }])).files;
      expect(file?.verified).toBe("md5");
    }
  });

  it.each(kinds)("%s among right files keeps all of them from being written", async (_name, make) => {
    const { chip, session } = await bench();
    const files = [
      { address: 0x1000, data: DATA },
      { address: 0x10000, data: bad(make) },
    ];
    expect((await errorOf(writeFlash(session, files))).details).toMatchObject({ argument: "files[1].data" });
    expect(chip.flash.counters.bytesProgrammed).toBe(0);
  });

  it.each(kinds)("%s matches nothing in flash", async (_name, make) => {
    const { session, events } = await bench();
    expect(await codeOf(verifyFlash(session, [{ address: 0x1000, data: bad(make) }]))).toBe("argument.invalid");
    expect(events.some(({ type }) => type === "verify.matched")).toBe(false);
  });

  it("is neither written to NAND flash nor compared with it", async () => {
    const { chip, session } = await bench({ plugins: ["nand"] }, "esp32s3");
    const before = chip.nand?.snapshot();
    for (const [, make] of kinds) {
      const files = [{ address: 0, data: bad(make) }];
      expect(await codeOf(writeNand(session, files, PINS))).toBe("argument.invalid");
      expect(await codeOf(verifyNand(session, files, PINS))).toBe("argument.invalid");
    }
    expect(chip.nand?.snapshot()).toEqual(before);
  });

  it("goes to no address before the flash either", async () => {
    const { chip, session } = await bench({ plugins: ["nand"] }, "esp32s3");
    const files = [{ address: -0x20000, data: DATA }];
    expect(await codeOf(writeNand(session, files, PINS))).toBe("argument.invalid");
    expect(await codeOf(writeFlash(session, [{ address: -0x1000, data: DATA }]))).toBe("argument.invalid");
    expect(chip.flash.counters.bytesProgrammed).toBe(0);
  });

  it("is not loaded to RAM", async () => {
    const { chip, session } = await bench();
    for (const [, make] of kinds) {
      expect(await codeOf(loadRam(session, bad(make)))).toBe("argument.invalid");
      const segments = [{ address: 0x3fcd8000, data: bad(make) }];
      expect(await codeOf(loadRam(session, { segments, entry: 0 }))).toBe("argument.invalid");
    }
    expect(chip.running).toBe("stub");
  });

  it.each(kinds)("%s is not merged, signed, encrypted or planned as a key", async (_name, make) => {
    const data = bad(make);
    const chip = chipById("esp32c3");
    const files = [{ address: 0, data, name: "app" }];
    expect(thrown(() => mergeFirmware(files, { chip, format: "raw" })).code).toBe("argument.invalid");
    expect(await codeOf(signDataV2(data, []))).toBe("argument.invalid");
    const encryption = { scheme: "aes-xts", key: DATA.slice(0, 32) } as const;
    expect(thrown(() => encryptFlashData(encryption, 0, data)).code).toBe("argument.invalid");
    expect(thrown(() => encryptFlashData({ ...encryption, key: data }, 0, DATA)).code).toBe("argument.invalid");
    const { session } = await bench({ stub: false });
    const state = await readEfuses(efuseDevice(session));
    const key: BurnRequest = { kind: "key", block: "BLOCK_KEY0", key: { kind: "raw", bytes: data }, purpose: "USER" };
    expect(thrown(() => planBurn(state, [key])).details).toMatchObject({ argument: "requests[0].key.bytes" });
  });

  it("is told with what to do instead, and never repeated", async () => {
    const { session } = await bench();
    const hintFor = async (data: unknown): Promise<string> => {
      const error = await errorOf(writeFlash(session, [{ address: 0, data: data as Uint8Array<ArrayBuffer> }]));
      expect(error.message).not.toContain("secret");
      return error.hint ?? "";
    };
    expect(await hintFor("secret")).toContain("TextEncoder");
    expect(await hintFor(new Response("secret"))).toContain("await response.arrayBuffer()");
    expect(thrown(() => parseImage(bad(() => new Blob(["secret"])))).hint).toContain("await blob.arrayBuffer()");
    expect(await hintFor(Promise.resolve(DATA))).toContain("Await it first");
    expect(await hintFor(new Uint32Array(4))).toContain("array.byteOffset");
    expect(await hintFor([1, 2])).toContain("Uint8Array.from");
  });
});

describe("bytes", () => {
  it.each(Object.entries(byteForms(DATA)))(
    "as %s are written, verified and merged as they are",
    async (_name, make) => {
      const { chip, session } = await bench();
      const data = bad(make);
      const { files } = await writeFlash(session, [{ address: 0x1000, data }]);
      expect(files[0]).toMatchObject({ verified: "md5", sizeBytes: DATA.length });
      expect(chip.flash.read(0x1000, DATA.length)).toEqual(DATA);
      expect((await verifyFlash(session, [{ address: 0x1000, data: bad(make) }])).matched).toBe(true);
      const merged = mergeFirmware([{ address: 0, data: bad(make), name: "app" }], { chip: chip.chip, format: "raw" });
      expect(merged.data).toEqual(DATA);
    },
  );
});

describe("nothing", () => {
  it("is no proof: neither no files nor an empty one match flash", async () => {
    const { session, events } = await bench();
    expect(await codeOf(verifyFlash(session, []))).toBe("argument.invalid");
    const empty = { address: 0, data: new Uint8Array(0), name: "empty.bin" };
    const { code, message } = await errorOf(verifyFlash(session, [{ address: 0, data: DATA }, empty]));
    expect(code).toBe("file.empty");
    expect(message).toContain("'empty.bin'");
    expect(events.some(({ type }) => type === "verify.started")).toBe(false);
    const nand = await bench({ plugins: ["nand"] }, "esp32s3");
    expect(await codeOf(verifyNand(nand.session, [], PINS))).toBe("argument.invalid");
    expect(await codeOf(verifyNand(nand.session, [empty], PINS))).toBe("file.empty");
  });

  it("says so on the command line", async () => {
    const host = testCliHost({ files: { "empty.bin": new Uint8Array(0) } });
    const argv = ["--port", "virtual:esp32c3", "verify-flash", "0x0", "empty.bin"];
    expect(await runCli(argv, host)).toBe(2);
    expect(host.out() + host.err()).toContain("'empty.bin' is empty");
    expect(host.out()).not.toContain("Verification successful");
  });

  it("is written without a claim that it was verified", async () => {
    const { session, events } = await bench();
    const { files } = await writeFlash(session, [{ address: 0x1000, data: new ArrayBuffer(0), name: "empty.bin" }]);
    expect(files).toEqual([expect.objectContaining({ skipped: true, verified: "impossible", writtenBytes: 0 })]);
    expect((await writeFlash(session, [])).files).toEqual([]);
    expect(events.some(({ type }) => type === "verify.matched")).toBe(false);
  });

  it("is covered by no signature", async () => {
    const key = SIGNED.publicKey();
    const [v1, v2] = [(await SIGNED.v1).bytes, (await SIGNED.v2).bytes];
    expect((await verifySignaturesV2(v2, key)).verdict).toBe("verified");
    expect(await codeOf(verifySignaturesV2(v2.slice(-4096), key))).toBe("secure.not-signed");
    expect(await codeOf(verifySignatureV1(v1.slice(-68), key))).toBe("secure.not-signed");
  });
});

describe("before the port is touched", () => {
  it.each<[string, unknown, string]>([
    ["a chip's name", { chip: "ESP32-C3" }, "argument.unknown-chip"],
    ["before", { before: "hard-reset" }, "argument.invalid"],
    ["after", { after: "hard_reset" }, "argument.invalid"],
    ["a baud rate", { baudRate: "460800" }, "argument.invalid"],
    ["stub", { stub: "no" }, "argument.invalid"],
    ["a signal", { signal: {} }, "argument.invalid"],
    ["onEvent", { onEvent: "log" }, "argument.invalid"],
    ["a time limit", { limits: { syncMs: Number.NaN } }, "argument.invalid"],
    ["the reset at the end", { customHardResetSequence: "R1|X" }, "connect.reset-sequence"],
    ["all options", null, "argument.invalid"],
  ])("%s that cannot be is refused", async (_what, options, code) => {
    const chip = virtualChip("esp32c3");
    expect(await codeOf(connect(chip.port, options as ConnectOptions))).toBe(code);
    expect(chip.counters.opens).toBe(0);
  });

  it("names what was meant", async () => {
    const { port } = virtualChip("esp32c3");
    const hintFor = async (options: unknown): Promise<string> =>
      (await errorOf(connect(port, options as ConnectOptions))).hint ?? "";
    expect(await hintFor({ chip: "ESP32-C3" })).toContain("Did you mean 'esp32c3'?");
    expect(await hintFor({ after: "hard_reset" })).toContain("Did you mean 'hard-reset'?");
  });

  it("words of options that are not known are refused before anything is erased", async () => {
    const { chip, session } = await bench();
    const files = [{ address: 0x1000, data: DATA }];
    for (const options of [{ compress: "yes" }, { flashMode: "DIO" }, { eraseAll: "no" }, { force: 1 }, "force"]) {
      const wrong = { eraseAll: true, ...(options as object) };
      expect(await codeOf(writeFlash(session, files, (options === "force" ? options : wrong) as object))).toBe(
        "argument.invalid",
      );
    }
    expect(chip.flash.counters.erasesPerSector.size).toBe(0);
  });
});
