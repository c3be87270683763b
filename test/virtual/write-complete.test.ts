import { describe, expect, it } from "vitest";
import { concatBytes, equalBytes, padTo } from "../../src/core/bytes/words.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import type { Emit, EspEvent } from "../../src/core/events.ts";
import { eraseRegion } from "../../src/core/flash/erase/erase.ts";
import { packSpiPins } from "../../src/core/flash/setup/spi-pins.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import type { Port, PortSink } from "../../src/core/port/port.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { handOut } from "../../src/core/session/handle.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { ConnectOptions, Session } from "../../src/core/session/session.ts";
import { FLASH_DATA, FLASH_DEFL_DATA, SPI_FLASH_MD5 } from "../../src/core/wire/commands.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { scramble } from "../../src/virtual/loader/flash-writer.ts";
import { createVirtualClock } from "../../src/virtual/time/virtual-clock.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";
import { codeOf } from "../support/outcome.ts";

interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
  readonly events: EspEvent[];
  readonly codes: () => string[];
  readonly types: () => string[];
}

async function bench(id: ChipId, options: VirtualChipOptions = {}, connecting: ConnectOptions = {}): Promise<Bench> {
  const chip = virtualChip(id, options);
  const events: EspEvent[] = [];
  const session = await connect(chip.port, {
    baudRate: 921_600,
    ...connecting,
    onEvent: (event) => {
      events.push(event);
      connecting.onEvent?.(event);
    },
  });
  return {
    chip,
    session,
    events,
    codes: () => events.flatMap((event) => ("code" in event ? [event.code] : [])),
    types: () => events.map(({ type }) => type),
  };
}

/** Half of it compresses; it is no image. */
function contents(sizeBytes: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length: sizeBytes }, (_, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return index % 256 < 128 ? index >>> 8 : state >>> 24;
  });
}

function inFlash(chip: VirtualChip, address: number, data: Uint8Array): boolean {
  return equalBytes(chip.flash.read(address, data.length), data);
}

/** An AES-128 key in the first block. */
const WITH_KEY = { silicon: { keyPurposes: [4] } } as const;
/** ESP32: key block read-protected, FLASH_CRYPT_CONFIG F. */
const ESP32_KEY = {
  silicon: {
    efuses: [
      [0x3ff5a000, 1 << 16],
      [0x3ff5a014, 0xf0000000],
    ],
  },
} as const;

describe("encrypted writes", () => {
  const data = contents(40_001);

  it.each([
    ["esp32c3", "stub", WITH_KEY, 16],
    ["esp32c3", "rom", WITH_KEY, 16],
    ["esp32s2", "rom", WITH_KEY, 16],
    ["esp32", "stub", ESP32_KEY, 32],
  ] as const)("%s through its %s: the chip encrypts, nobody verifies", async (id, loader, options, unit) => {
    const { chip, session, events, types } = await bench(id, options, { stub: loader === "stub" });
    expect(session.loader).toBe(loader);
    const { files } = await writeFlash(session, [{ address: 0x20000, data, name: "app" }], { encrypt: true });
    expect(files[0]).toMatchObject({ encrypted: true, verified: "impossible", skipped: false });
    expect(inFlash(chip, 0x20000, scramble(0x20000, padTo(data, unit)))).toBe(true);
    expect(chip.flash.counters.bytesNotErased).toBe(0);
    expect(types()).not.toContain("verify.matched");
    expect(events).toContainEqual(expect.objectContaining({ type: "verify.impossible" }));
    await disconnect(session);
  });

  it("encrypts the files that are marked, and verifies the others", async () => {
    const { chip, session } = await bench("esp32c3", WITH_KEY);
    const { files } = await writeFlash(session, [
      { address: 0x20000, data, encrypted: true },
      { address: 0x10000, data },
    ]);
    expect(files.map(({ encrypted, verified }) => [encrypted, verified])).toEqual([
      [true, "impossible"],
      [false, "md5"],
    ]);
    expect(inFlash(chip, 0x20000, scramble(0x20000, padTo(data, 16)))).toBe(true);
    expect(inFlash(chip, 0x10000, data)).toBe(true);
  });

  it.each<[string, ChipId, VirtualChipOptions, boolean, string]>([
    ["an ESP8266", "esp8266", {}, true, "flash.encrypt-unsupported"],
    ["an ESP32's ROM", "esp32", ESP32_KEY, false, "flash.encrypt-unsupported"],
    ["no key", "esp32c3", {}, true, "flash.encrypt-not-ready"],
    [
      "an odd FLASH_CRYPT_CONFIG",
      "esp32",
      { silicon: { efuses: [[0x3ff5a000, 1 << 16]] } },
      true,
      "flash.encrypt-not-ready",
    ],
    [
      "production mode",
      "esp32c3",
      { silicon: { keyPurposes: [4], manualEncryptDisabled: true } },
      true,
      "flash.encrypt-unsupported",
    ],
  ])("refuses %s, before anything is erased", async (_what, id, options, stub, code) => {
    const { chip, session } = await bench(id, options, { stub });
    expect(await codeOf(writeFlash(session, [{ address: 0x10000, data }], { encrypt: true }))).toBe(code);
    const forced = writeFlash(session, [{ address: 0x10000, data }], { encrypt: true, force: true });
    expect(await codeOf(forced)).toBe(code);
    expect(chip.flash.isBlank()).toBe(true);
  });

  it("goes on without a key when told to ignore the eFuses, with a warning", async () => {
    const { session, codes } = await bench("esp32c3");
    const options = { encrypt: true, ignoreFlashEncryptionEfuses: true };
    expect((await writeFlash(session, [{ address: 0x10000, data }], options)).files[0]?.encrypted).toBe(true);
    expect(codes()).toContain("flash.no-encryption-key");
  });

  it("checks the files that are encrypted like all others", async () => {
    const { chip, session } = await bench("esp32c3", WITH_KEY);
    const image = new Uint8Array(64);
    image.set([0xe9, 0, 2, 0x20]);
    image[12] = 9;
    const codeFor = async (address: number, file: Uint8Array<ArrayBuffer>): Promise<string> =>
      await codeOf(
        writeFlash(session, [
          { address: 0x8000, data: contents(100) },
          { address, data: file, encrypted: true },
        ]),
      );
    expect(await codeFor(0x10008, data)).toBe("flash.unaligned");
    expect(await codeFor(0x8100, data)).toBe("flash.overlap");
    expect(await codeFor(0x3ff000, data)).toBe("flash.does-not-fit");
    expect(await codeFor(0x10000, image)).toBe("image.wrong-chip");
    expect(chip.flash.isBlank()).toBe(true);
    const locked = await bench("esp32", {
      silicon: { efuses: [...ESP32_KEY.silicon.efuses, [0x3ff5a018, 1 << 4]] },
    });
    const bootloader = { address: 0x1000, data, encrypted: true };
    expect(await codeOf(writeFlash(locked.session, [bootloader]))).toBe("flash.guard-secure-boot");
  });

  it.each([
    ["stub", FLASH_DEFL_DATA.opcode],
    ["rom", FLASH_DATA.opcode],
  ] as const)("starts over after a lost answer of the %s: nobody can tell what arrived", async (loader, opcode) => {
    const { chip, session, events } = await bench("esp32c3", WITH_KEY, { stub: loader === "stub", trace: true });
    const large = contents(150_000);
    chip.faults.dropNextReply({ opcode, skip: 3 });
    await writeFlash(session, [{ address: 0x20000, data: large }], { encrypt: true });
    expect(events).toContainEqual(expect.objectContaining({ type: "write.resumed", goodBytes: 0, address: 0x20000 }));
    // Digests of what is encrypted would tell nothing.
    const commands = events.flatMap((event) =>
      event.type === "trace" && event.what === "command" ? [event.name] : [],
    );
    expect(commands).not.toContain(SPI_FLASH_MD5.name);
    expect(inFlash(chip, 0x20000, scramble(0x20000, padTo(large, 16)))).toBe(true);
    expect(chip.flash.counters.bytesNotErased).toBe(0);
  });

  it("are not gone on with after the port was lost", async () => {
    const { chip, session, codes } = await bench("esp32c3", WITH_KEY);
    chip.faults.unplugAfterHostBytes(20_000);
    chip.clock.after(3000, () => chip.replug());
    expect(await codeOf(writeFlash(session, [{ address: 0x20000, data }], { encrypt: true }))).toBe("port.lost");
    expect(codes()).not.toContain("write.connection-lost");
    await disconnect(session);
  });
});

describe("what is in flash already", () => {
  const old = contents(0x6000);
  const changed = Uint8Array.from(old);
  changed[0x2345] = 0x11;
  changed[0x5001] = 0x22;
  const ADDRESS = 0x10000;

  it("is left out when asked, file by file", async () => {
    const { chip, session, events } = await bench("esp32c3", { contents: [{ address: ADDRESS, bytes: old }] });
    const files = [
      { address: ADDRESS, data: old, name: "same" },
      { address: 0x20000, data: old, name: "new" },
    ];
    const result = await writeFlash(session, files, { skipFlashed: true });
    expect(result.files).toMatchObject([
      { skipped: true, verified: "md5", writtenBytes: 0 },
      { skipped: false, verified: "md5", writtenBytes: 0x6000 },
    ]);
    expect(events.filter(({ type }) => type === "write.skipped")).toMatchObject([{ file: "same", address: ADDRESS }]);
    expect(chip.flash.counters.erasesPerSector.has(ADDRESS)).toBe(false);
    expect(inFlash(chip, 0x20000, old)).toBe(true);
  });

  it.each(["stub", "rom"] as const)("through the %s: only the sectors that changed are written", async (loader) => {
    const options = { contents: [{ address: ADDRESS, bytes: old }] };
    const { chip, session, events } = await bench("esp32c3", options, { stub: loader === "stub" });
    const { files } = await writeFlash(session, [{ address: ADDRESS, data: changed, previous: old, name: "app" }]);
    expect(files[0]).toMatchObject({ skipped: false, verified: "md5", writtenBytes: 0x2000 });
    expect(inFlash(chip, ADDRESS, changed)).toBe(true);
    expect([...chip.flash.counters.erasesPerSector.keys()].sort()).toEqual([0x12000, 0x15000]);
    expect(events.filter(({ type }) => type === "write.region")).toMatchObject([
      { address: 0x12000, sizeBytes: 0x1000 },
      { address: 0x15000, sizeBytes: 0x1000 },
    ]);
  });

  it("needs no write when nothing changed, and no digest when it is trusted", async () => {
    const { chip, session, events } = await bench("esp32c3", { contents: [{ address: ADDRESS, bytes: old }] });
    const file = { address: ADDRESS, data: old, previous: old };
    expect((await writeFlash(session, [file])).files[0]).toMatchObject({ skipped: true, verified: "md5" });
    const before = live(session).link.counters.exchanges;
    const trusting = await writeFlash(session, [file], { trustFlashContent: true });
    expect(trusting.files[0]).toMatchObject({ skipped: true, verified: "trusted" });
    expect(live(session).link.counters.exchanges).toBe(before);
    expect(events.filter(({ type }) => type === "write.unchanged")).toMatchObject([
      { proof: "md5" },
      { proof: "trusted" },
    ]);
    expect(chip.flash.counters.erasesPerSector.size).toBe(0);
  });

  it("is written whole when flash does not hold what it should", async () => {
    const { chip, session, codes } = await bench("esp32c3", {
      contents: [{ address: ADDRESS, bytes: contents(0x6000, 9) }],
    });
    const { files } = await writeFlash(session, [{ address: ADDRESS, data: changed, previous: old }]);
    expect(files[0]).toMatchObject({ verified: "md5", writtenBytes: 0x8000 });
    expect(codes()).toContain("write.changes-not-enough");
    expect(inFlash(chip, ADDRESS, changed)).toBe(true);
    await writeFlash(session, [{ address: 0x20000, data: old, previous: old }]);
    expect(codes()).toContain("write.not-in-flash");
    expect(inFlash(chip, 0x20000, old)).toBe(true);
  });

  it("cannot be told through the ESP8266's ROM, nor in Secure Download Mode", async () => {
    const esp8266 = await bench("esp8266", {}, { stub: false });
    const locked = await bench("esp32c3", { silicon: { secureDownload: true } });
    for (const { chip, session, codes } of [esp8266, locked]) {
      const [file] = (await writeFlash(session, [{ address: ADDRESS, data: changed, previous: old }])).files;
      expect(file).toMatchObject({ skipped: false, writtenBytes: 0x6000 });
      expect(codes()).toContain("write.no-shortcut");
      expect(inFlash(chip, ADDRESS, changed)).toBe(true);
    }
  });
});

describe("a port that is lost and comes back", () => {
  const data = concatBytes([contents(120_000), contents(80_000, 7)]);
  const file = { address: 0x20000, data, name: "app" };

  /** Plugs in again some time after each loss, `times` times. */
  async function replugging(
    id: ChipId,
    options: VirtualChipOptions = {},
    connecting: ConnectOptions = {},
    times = 1,
  ): Promise<Bench> {
    let left = times;
    const made = await bench(id, options, {
      ...connecting,
      onEvent: (event) => {
        if (event.type !== "note" || event.code !== "write.connection-lost" || left-- <= 0) return;
        made.chip.clock.after(2500, () => made.chip.replug());
      },
    });
    return made;
  }

  it.each<[string, ChipId, VirtualChipOptions, ConnectOptions]>([
    ["an adapter, stub", "esp32c3", {}, {}],
    ["an adapter, ROM", "esp32s3", {}, { stub: false }],
    ["an adapter, ESP8266's ROM without digests", "esp8266", {}, { stub: false }],
    ["USB-Serial/JTAG", "esp32c6", { usb: "serial-jtag" }, {}],
    ["USB-OTG", "esp32s3", { usb: "otg" }, {}],
  ])("%s: the write goes on where flash is good", async (_what, id, options, connecting) => {
    const { chip, session, events, codes } = await replugging(id, options, connecting);
    // All of it is attached by then; the first blocks are in flash.
    chip.faults.unplugAfterHostBytes(60_000);
    const { files } = await writeFlash(session, [file]);
    expect(codes().filter((code) => code === "write.connection-lost")).toHaveLength(1);
    const resumed = events.filter((event) => event.type === "write.resumed");
    expect(resumed[0]?.goodBytes).toBeGreaterThan(0);
    expect(files[0]?.verified).toBe(id === "esp8266" ? "impossible" : "md5");
    expect(inFlash(chip, file.address, data)).toBe(true);
    expect(chip.flash.counters.bytesNotErased).toBe(0);
    // The session is what it was, and can be gone on with.
    expect(live(session).link.isOpen).toBe(true);
    const more = { address: 0x100000, data: contents(5000) };
    await writeFlash(session, [more]);
    expect(inFlash(chip, more.address, more.data)).toBe(true);
    if (options.usb === undefined && live(session).traits.canChangeBaud) expect(session.baudRate).toBe(921_600);
    await disconnect(session);
    expect(events.at(-1)).toMatchObject({ type: "reset.done" });
  });

  it("ends in a proved write wherever the cable was pulled", async () => {
    for (let count = 3000; count < 140_000; count = Math.ceil(count * 1.6)) {
      const { chip, session } = await replugging("esp32c3");
      // Attached first: before that there is nothing to go on with.
      await writeFlash(session, [{ address: 0, data: contents(16) }]);
      chip.faults.unplugAfterHostBytes(count);
      const { files } = await writeFlash(session, [file]);
      expect(files[0]?.verified, `after ${count} bytes`).toBe("md5");
      expect(inFlash(chip, file.address, data), `after ${count} bytes`).toBe(true);
    }
  });

  it("is found again while the digest is computed, and nothing is written twice", async () => {
    const { chip, session, events } = await replugging("esp32c3");
    await writeFlash(session, [{ address: 0, data: contents(16) }]);
    let pulled = false;
    chip.faults.delayNextReply(500, { opcode: SPI_FLASH_MD5.opcode });
    events.length = 0;
    const push = events.push.bind(events);
    events.push = (...added: EspEvent[]): number => {
      if (!pulled && added.some(({ type }) => type === "verify.started")) {
        pulled = true;
        chip.faults.unplugAfter(100);
      }
      return push(...added);
    };
    expect((await writeFlash(session, [file])).files[0]?.verified).toBe("md5");
    expect(pulled).toBe(true);
    expect(events.filter(({ type }) => type === "write.resumed")).toEqual([]);
    expect(chip.flash.counters.bytesProgrammed).toBeLessThan(16 + file.data.length + 0x1000);
  });

  it("attaches the flash at its own pins again and tells its size again", async () => {
    const flashPins = packSpiPins({ clock: 6, q: 5, d: 7, hold: 4, select: 10 });
    const { chip, session, events } = await replugging("esp32c3", { silicon: { flashPins } });
    chip.faults.unplugAfterHostBytes(60_000);
    const { files } = await writeFlash(session, [file], { spiConnection: "6,5,7,4,10" });
    expect(files[0]?.verified).toBe("md5");
    expect(inFlash(chip, file.address, data)).toBe(true);
    const attached = events.filter((event) => event.type === "flash.attaching");
    expect(attached).toHaveLength(2);
    expect(attached[1]).toEqual(attached[0]);
    expect(events.filter(({ type }) => type === "flash.configuring")).toHaveLength(2);
    await disconnect(session);
  });

  it("is asked anew what its eFuses forbid: an application may have burned them meanwhile", async () => {
    const { chip, session } = await bench("esp32", {}, { onEvent: (event) => burn(event) });
    const burn = (event: EspEvent): void => {
      if (event.type !== "note" || event.code !== "write.connection-lost") return;
      // ABS_DONE_0: secure boot.
      (chip.silicon.efuses as Map<number, number>).set(0x3ff5a018, 1 << 4);
      chip.clock.after(2500, () => chip.replug());
    };
    chip.faults.unplugAfterHostBytes(60_000);
    expect((await writeFlash(session, [file])).files[0]?.verified).toBe("md5");
    const kept = chip.flash.read(0, 0x8000);
    expect(await codeOf(eraseRegion(session, { address: 0x1000, sizeBytes: 0x1000 }))).toBe("flash.security-active");
    expect(equalBytes(chip.flash.read(0, 0x8000), kept)).toBe(true);
    await disconnect(session);
  });

  it("goes on with the changes, too", async () => {
    const previous = Uint8Array.from(data, (byte, index) => (index % 0x8000 < 0x4000 ? byte : byte ^ 0x55));
    const { chip, session, events } = await replugging("esp32c3", {
      contents: [{ address: 0x20000, bytes: previous }],
    });
    chip.faults.unplugAfterHostBytes(50_000);
    const { files } = await writeFlash(session, [{ ...file, previous }]);
    expect(files[0]).toMatchObject({ verified: "md5" });
    expect(files[0]?.writtenBytes).toBeLessThan(data.length);
    expect(inFlash(chip, file.address, data)).toBe(true);
    // Each region is begun once.
    const regions = events.flatMap((event) => (event.type === "write.region" ? [event.address] : []));
    expect(new Set(regions).size).toBe(regions.length);
  });

  it("may have been the chip itself: a brown-out takes its own USB off the bus", async () => {
    for (const usb of ["otg", "serial-jtag"] as const) {
      const { chip, session, codes } = await bench("esp32s3", { usb, reenumerates: true });
      chip.faults.brownOutAt("program", 0x30000);
      const { files } = await writeFlash(session, [file]);
      expect(codes()).toContain("write.connection-lost");
      expect(files[0]?.verified).toBe("md5");
      expect(inFlash(chip, file.address, data)).toBe(true);
    }
  });

  it("comes back although the signal of connecting has fired since", async () => {
    const controller = new AbortController();
    const { chip, session } = await replugging("esp32c3", {}, { signal: controller.signal });
    controller.abort();
    chip.faults.unplugAfterHostBytes(60_000);
    expect((await writeFlash(session, [file])).files[0]?.verified).toBe("md5");
  });

  it("is not waited for once the operation was stopped", async () => {
    const controller = new AbortController();
    const { chip, session } = await bench("esp32c3", {}, { connectAttempts: "unlimited" });
    chip.faults.unplugAfterHostBytes(60_000);
    chip.clock.after(60_000, () => controller.abort());
    expect(await codeOf(writeFlash(session, [file], { signal: controller.signal }))).toBe("operation.aborted");
    await disconnect(session);
  });

  it("is tried twice a file, then it is an error", async () => {
    const { chip, session, codes } = await replugging("esp32c3", {}, {}, 9);
    const repeat = (): void => chip.faults.unplugAfterHostBytes(30_000);
    const within = live(session);
    const emit: Emit = (body) => {
      within.emit(body);
      if (body.type === "write.resumed") repeat();
    };
    const watched = handOut({ ...within, emit }, disconnect);
    repeat();
    expect(await codeOf(writeFlash(watched, [file]))).toBe("port.lost");
    expect(codes().filter((code) => code === "write.connection-lost")).toHaveLength(2);
    await disconnect(session);
  });

  it("ends with a clear error when the port stays away", async () => {
    const { chip, session } = await bench("esp32c3");
    chip.faults.unplugAfterHostBytes(60_000);
    const before = chip.clock.now();
    expect(await codeOf(writeFlash(session, [file]))).toBe("port.lost");
    expect(chip.clock.now() - before).toBeLessThan(20_000);
    await disconnect(session);
  });

  it("refuses another chip of the kind", async () => {
    const clock = createVirtualClock();
    const first = virtualChip("esp32c3", { clock });
    const second = virtualChip("esp32c3", { clock, silicon: { mac: Uint8Array.of(0x24, 0x0a, 0xc4, 1, 2, 3) } });
    const session = await connect(exchangeable(first.port, second.port), { baudRate: 921_600 });
    first.faults.unplugAfterHostBytes(60_000);
    expect(await codeOf(writeFlash(session, [file]))).toBe("connect.wrong-chip");
    expect(second.flash.isBlank()).toBe(true);
    expect(second.running).not.toBe("stub");
    await disconnect(session);
  });

  it("is not gone on with in Secure Download Mode, where chips look alike", async () => {
    const { chip, session, codes } = await replugging("esp32c3", { silicon: { secureDownload: true } });
    chip.faults.unplugAfterHostBytes(60_000);
    expect(await codeOf(writeFlash(session, [file]))).toBe("port.lost");
    expect(codes()).not.toContain("write.connection-lost");
  });
});

/** A socket in which, once the first was pulled out, the second stands. */
function exchangeable(first: Port, second: Port): Port {
  let current = first;
  const { info, capabilities, clock } = first;
  return {
    info,
    capabilities,
    clock,
    open: (options, sink: PortSink) =>
      current.open(options, {
        data: (bytes) => sink.data(bytes),
        lost: (error) => {
          current = second;
          sink.lost(error);
        },
      }),
    close: async () => {
      await first.close();
      await second.close();
    },
    write: (bytes) => current.write(bytes),
    setBaudRate: (baudRate) => current.setBaudRate(baudRate),
    setLines: (lines) => current.setLines(lines),
  };
}
