import { describe, expect, it } from "vitest";
import { CHIPS, chipById } from "../../src/core/chip/catalog.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import { sleep } from "../../src/core/clock.ts";
import type { EventBody } from "../../src/core/events.ts";
import { readFlash } from "../../src/core/flash/read/read-flash.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import type { Port } from "../../src/core/port/port.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import type { ConnectDiagnosis } from "../../src/core/session/diagnose/diagnosis.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { ConnectOptions, Session } from "../../src/core/session/session.ts";
import { readRegister, writeRegisters } from "../../src/core/session/talk/registers.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { virtualChip as blankChip, type VirtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";
import { codeOf, errorOf } from "../support/outcome.ts";

const MAGIC = 0x40001000;
const ids = CHIPS.map(({ id }) => id);

/** A chip with something to run: without an image in flash no ROM starts anything. */
function virtualChip(id: ChipId, options: VirtualChipOptions = {}): VirtualChip {
  const image = { address: chipById(id).bootloaderOffset, bytes: Uint8Array.of(0xe9, 1, 0, 0, 0, 0, 0, 0x40) };
  return blankChip(id, { contents: [image], ...options });
}

/** Lets the reset pin rise and the ROM start what it starts. */
async function runningAfterReset(chip: VirtualChip): Promise<string> {
  await sleep(chip.clock, 2000);
  return chip.running;
}

/** The port through an adapter that silently does half of what it is asked beyond a rate. */
function adapterWithLimit(chip: VirtualChip, limit: number): Port {
  const { port } = chip;
  return {
    info: port.info,
    capabilities: port.capabilities,
    clock: port.clock,
    open: (options, sink) => port.open(options, sink),
    close: () => port.close(),
    write: (bytes) => port.write(bytes),
    setLines: (lines) => port.setLines(lines),
    setBaudRate: (rate) => port.setBaudRate(rate > limit ? rate / 2 : rate),
  };
}

function collector(): { events: EventBody[]; onEvent: (event: EventBody) => void; codes: () => string[] } {
  const events: EventBody[] = [];
  return {
    events,
    onEvent: (event) => events.push(event),
    codes: () => events.flatMap((event) => (event.type === "warning" || event.type === "note" ? [event.code] : [])),
  };
}

describe.each(ids)("a virtual %s", (id) => {
  it("is detected, identified and left running its application", async () => {
    const chip = virtualChip(id);
    const { events, onEvent } = collector();
    const session = await connect(chip.port, { onEvent });
    expect(session.chip.id).toBe(id);
    expect(session.loader).toBe(live(session).chip.stubs.length > 0 ? "stub" : "rom");
    const identity = events.find((event) => event.type === "connect.identity");
    expect(identity).toMatchObject({ chip: id, secureDownload: false });
    await disconnect(session);
    expect(await runningAfterReset(chip)).toBe("user-code");
    expect(events.at(-1)).toMatchObject({ type: "reset.done", how: "hard" });
  });

  it("works without the stub and when it is named", async () => {
    const chip = virtualChip(id);
    const session = await connect(chip.port, { stub: false, chip: id });
    expect(session.loader).toBe("rom");
    expect(await readRegister(live(session), MAGIC)).toBeTypeOf("number");
    await disconnect(session, { reset: "no-reset" });
    expect(chip.running).toBe("rom-loader");
  });

  it.each([true, false])("changes its baud rate wherever it can (stub: %s)", async (stub) => {
    const { onEvent, codes } = collector();
    const chip = virtualChip(id);
    const session = await connect(chip.port, { stub, baudRate: 460800, onEvent });
    const expected = live(session).traits.canChangeBaud ? 460800 : 115200;
    expect(session.baudRate).toBe(expected);
    expect(Math.abs(chip.baudRate - expected) / expected).toBeLessThan(0.03);
    expect(codes().includes("baud.rom")).toBe(!live(session).traits.canChangeBaud);
    await readRegister(live(session), MAGIC);
    await disconnect(session);
  });
});

describe("crystals and baud rates", () => {
  it.each([
    ["esp32", 26],
    ["esp32", 40],
    ["esp32c2", 26],
    ["esp32c2", 40],
    ["esp32c5", 40],
    ["esp32c5", 48],
    ["esp8266", 26],
  ] as const)("%s with %i MHz, by ROM and by stub", async (id, crystalMhz) => {
    for (const stub of [true, false]) {
      const chip = virtualChip(id, { silicon: { crystalMhz } });
      const session = await connect(chip.port, { stub, baudRate: 921600 });
      expect(session.crystalMhz).toBe(crystalMhz);
      await readRegister(live(session), MAGIC);
      await disconnect(session);
    }
  });

  it("falls back when the line does not stand the rate", async () => {
    const chip = virtualChip("esp32c3");
    const { onEvent, codes } = collector();
    const port = adapterWithLimit(chip, 1_000_000);
    // Nothing but a reset brings the chip back from a rate the adapter cannot do.
    const session = await connect(port, { baudRate: 2_000_000, onEvent });
    expect(session.loader).toBe("stub");
    await readRegister(live(session), MAGIC);
    expect(codes()).toContain("connect.slower");
    expect(session.baudRate).toBe(115200);
    await disconnect(session);
  });
});

describe("native USB", () => {
  it.each(CHIPS.filter(({ usb }) => usb.serialJtag).map(({ id }) => id))("%s over USB-Serial/JTAG", async (id) => {
    const chip = virtualChip(id, { usb: "serial-jtag" });
    const { events, onEvent } = collector();
    const session = await connect(chip.port, { baudRate: 921600, onEvent });
    expect(session.usbMode).toBe("serial-jtag");
    expect(events.find(({ type }) => type === "connect.identity")).toMatchObject({ usbMode: "USB-Serial/JTAG" });
    await disconnect(session);
    expect(await runningAfterReset(chip)).toBe("user-code");
  });

  it.each(CHIPS.filter(({ usb }) => usb.otgProductId !== null).map(({ id }) => id))("%s over USB-OTG", async (id) => {
    const chip = virtualChip(id, { usb: "otg", boot: "download" });
    const session = await connect(chip.port, { before: "no-reset" });
    expect(session.usbMode).toBe("otg");
    expect(live(session).traits.ramBlockSize).toBe(0x800);
    expect(await readRegister(live(session), MAGIC)).toBeTypeOf("number");
    await disconnect(session);
    // Straps are not sampled again by the lines of USB-OTG, and the ESP32-E22 has no watchdog to do it with.
    expect(await runningAfterReset(chip)).toBe(id === "esp32e22" ? "rom-loader" : "user-code");
  });
});

describe("Secure Download Mode", () => {
  it.each(CHIPS.filter(({ rom }) => rom.hasSecureDownloadMode).map(({ id }) => id))("is seen on %s", async (id) => {
    const chip = virtualChip(id, { silicon: { secureDownload: true } });
    const { onEvent, codes } = collector();
    const session = await connect(chip.port, { onEvent });
    expect(session).toMatchObject({ secureDownload: true, loader: "rom", mac: null, identity: null });
    expect(session.chip.id).toBe(id);
    expect(codes()).toContain("stub.secure-download");
    await disconnect(session, { reset: "watchdog-reset" });
    expect(await runningAfterReset(chip)).toBe("user-code");
  });
});

describe("a stub that is running already", () => {
  it("is found and used again", async () => {
    const chip = virtualChip("esp32s3");
    await disconnect(await connect(chip.port), { reset: "no-reset-stub" });
    const { events, onEvent } = collector();
    const session = await connect(chip.port, { before: "no-reset", onEvent });
    expect(session.loader).toBe("stub");
    expect(events.map(({ type }) => type)).toContain("stub.already-running");
    expect(events.map(({ type }) => type)).not.toContain("stub.uploading");
    await disconnect(session);
  });

  it("is found even when it was left at a high baud rate", async () => {
    const chip = virtualChip("esp32c6");
    await disconnect(await connect(chip.port, { baudRate: 921600 }), { reset: "no-reset" });
    const session = await connect(chip.port, { before: "no-reset" });
    expect(session.loader).toBe("stub");
    await disconnect(session);
  });
});

describe("the stub under Secure Boot", () => {
  it("is refused on the ESP32-C3 and started through the ROM's pointer on the ESP32-S3", async () => {
    const c3 = virtualChip("esp32c3", { silicon: { secureBoot: true } });
    const { onEvent, codes } = collector();
    expect((await connect(c3.port, { onEvent })).loader).toBe("rom");
    expect(codes()).toContain("stub.secure-boot");
  });
});

describe("ways to leave", () => {
  it.each(["hard-reset", "watchdog-reset", "soft-reset"] as const)("%s starts the application", async (after) => {
    for (const id of ids) {
      const chip = virtualChip(id);
      await disconnect(await connect(chip.port, { stub: false }), { reset: after });
      expect(await runningAfterReset(chip), `${id} ${after}`).toBe("user-code");
    }
  });

  it("says which reset it was", async () => {
    for (const [id, how] of [
      ["esp32c3", "watchdog"],
      ["esp32c6", "hard"],
    ] as const) {
      const chip = virtualChip(id);
      const { events, onEvent, codes } = collector();
      await disconnect(await connect(chip.port, { onEvent }), { reset: "watchdog-reset" });
      expect(events.at(-1)).toMatchObject({ type: "reset.done", how });
      expect(codes().includes("reset.watchdog-unsupported")).toBe(how === "hard");
    }
  });

  it("may be done twice, and after the cable was pulled", async () => {
    const chip = virtualChip("esp32");
    const { onEvent, codes } = collector();
    const session = await connect(chip.port, { onEvent });
    chip.unplug();
    await disconnect(session);
    await disconnect(session);
    expect(codes()).toContain("reset.failed");
  });
});

interface Failure {
  readonly name: string;
  readonly id?: ChipId;
  readonly code: string;
  readonly chip?: VirtualChipOptions;
  readonly options?: ConnectOptions;
}

const FAILURES: readonly Failure[] = [
  { name: "boot pin not wired", code: "connect.wrong-boot-mode", chip: { circuit: "boot-not-wired" } },
  {
    name: "no circuit at all",
    code: "connect.wrong-boot-mode",
    chip: { circuit: "none", appText: "I (10) app: hello\r\n" },
  },
  { name: "TX not connected", code: "connect.no-reply-in-download-mode", chip: { wiring: "no-tx" } },
  { name: "RX not connected", code: "connect.silence", chip: { wiring: "no-rx" } },
  { name: "RX and TX joined", code: "connect.echo", chip: { wiring: "echo" } },
  // Its boot log comes at 74880 baud.
  {
    name: "an ESP8266 that boots from flash",
    id: "esp8266",
    code: "connect.garbage",
    chip: { circuit: "boot-not-wired" },
  },
  { name: "wrong chip expected", code: "connect.wrong-chip", options: { chip: "esp32s3" } },
  { name: "a chip told by its magic word expected", code: "connect.wrong-chip", options: { chip: "esp32" } },
  { name: "a chip told by its id expected", id: "esp32", code: "connect.wrong-chip", options: { chip: "esp32c3" } },
];

describe("a connection that fails", () => {
  it.each(FAILURES)("$name", async ({ id, code, chip: chipOptions, options }) => {
    const chip = virtualChip(id ?? "esp32c3", chipOptions);
    const error = await errorOf(connect(chip.port, { connectAttempts: 2, ...options }));
    expect(error.code).toBe(code);
    expect(error.hint).toBeTruthy();
    const diagnosis = error.details["diagnosis"] as ConnectDiagnosis | undefined;
    if (code !== "connect.wrong-chip") expect(diagnosis?.heard.length).toBeGreaterThan(0);
    // The port is free again, and a chip that can be reset runs its application.
    expect(await codeOf(chip.port.write(Uint8Array.of(0)))).toBe("port.closed");
    if (chipOptions?.circuit !== "none") expect(await runningAfterReset(chip)).toBe("user-code");
  });

  it("on a port without lines says what to do by hand, and works once that is done", async () => {
    const { onEvent, codes } = collector();
    const asleep = virtualChip("esp32c3", { lines: false });
    expect(await codeOf(connect(asleep.port, { connectAttempts: 1, onEvent }))).toMatch(/^connect\./);
    expect(codes().filter((code) => code === "connect.no-lines")).toHaveLength(1);
    const waiting = virtualChip("esp32c3", { lines: false, boot: "download" });
    const session = await connect(waiting.port);
    expect(session.loader).toBe("stub");
    await disconnect(session);
  });

  it("ends when the signal fires, however many attempts were asked for", async () => {
    const chip = virtualChip("esp32", { wiring: "no-rx" });
    const controller = new AbortController();
    chip.clock.after(20_000, () => controller.abort());
    const work = connect(chip.port, { connectAttempts: "unlimited", signal: controller.signal });
    expect(await codeOf(work)).toBe("operation.aborted");
    expect(await codeOf(chip.port.write(Uint8Array.of(0)))).toBe("port.closed");
  });
});

describe("a slow capacitor", () => {
  it("needs the long delay and gets it", async () => {
    const chip = virtualChip("esp32", { circuit: "slow" });
    const sequences: string[] = [];
    const session = await connect(chip.port, {
      onEvent: (event) => {
        if (event.type === "connect.reset") sequences.push(event.sequence);
      },
    });
    expect(sequences.length).toBeGreaterThan(1);
    await disconnect(session);
  });
});

describe("faults while connecting", () => {
  const faults: Readonly<Record<string, (chip: VirtualChip) => void>> = {
    "a dropped reply": (chip) => chip.faults.dropNextReply({ skip: 12 }),
    "a corrupted reply": (chip) => chip.faults.corruptNextReply({ skip: 12 }),
    "an ignored command": (chip) => chip.faults.ignoreCommand(0x0a),
    "an ignored MEM_BEGIN": (chip) => chip.faults.ignoreCommand(0x05),
    "an ignored MEM_DATA": (chip) => chip.faults.ignoreCommand(0x07),
    "an ignored security info": (chip) => chip.faults.ignoreCommand(0x14),
    "an ignored baud change": (chip) => chip.faults.ignoreCommand(0x0f),
    "noise all the time": (chip) => chip.faults.soak(7, 4000),
  };
  it.each(Object.keys(faults))("%s is overcome", async (name) => {
    const chip = virtualChip("esp32c3");
    faults[name]?.(chip);
    const session = await connect(chip.port, { baudRate: 460800 });
    expect(session.loader).toBe("stub");
    chip.faults.clear();
    await readRegister(live(session), MAGIC);
    await disconnect(session);
  });

  it("a cable pulled at any time ends in an error or a session", async () => {
    for (let count = 1; count < 400; count += 7) {
      const chip = virtualChip("esp32c3");
      chip.faults.unplugAfterChipBytes(count);
      const outcome = await connect(chip.port, { connectAttempts: 2 }).then(
        (session) => session.loader,
        (error) => error.code,
      );
      // The whole conversation is some 340 bytes; with the cable pulled later than that there is a session.
      expect(outcome, `after ${count} bytes`).toMatch(count < 300 ? /^(port|connect)\./ : /^(port|connect)\.|^stub$/);
    }
  });
});

describe("a chip that is hard to hear", () => {
  it.each(["esp32", "esp8266"] as const)(
    "%s is not taken for a locked ESP32-S2 when its refusal comes late",
    async (id) => {
      for (let copy = 1; copy < 8; copy++) {
        const chip = virtualChip(id, { lines: false, boot: "download" });
        // Eight answers to the SYNC come first, then the copies of the refusal of GET_SECURITY_INFO.
        chip.faults.delayNextReply(300, { opcode: 0x08, skip: 8 + copy });
        const session = await connect(chip.port, { stub: false });
        expect(session.chip.id, `copy ${copy}`).toBe(id);
        expect(session.secureDownload).toBe(false);
        await disconnect(session);
      }
    },
  );

  it.each([
    ["esp32", 0x0a],
    ["esp32c3", 0x14],
    ["esp32c3", 0x05],
    ["esp32c3", 0x07],
    ["esp32", 0x07],
    ["esp32c3", 0x0f],
  ] as const)("%s with a garbled request 0x%s", async (id, opcode) => {
    const chip = virtualChip(id);
    chip.faults.corruptNextRequest({ opcode });
    const session = await connect(chip.port, { baudRate: 460800 });
    expect(session.chip.id).toBe(id);
    expect(session.loader).toBe("stub");
    await disconnect(session);
  });

  it.each([9600, 19200])("connects and writes at %i baud", async (baudRate) => {
    const chip = virtualChip("esp32c3", { boot: "download" });
    const session = await connect(chip.port, { baudRate });
    const data = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7919) >>> 3);
    await writeFlash(session, [{ address: 0x10000, data }], { compress: "never" });
    expect(live(session).link.counters.resynchronisations).toBe(0);
    await disconnect(session);
  });

  it("comes back after a reset that took its port away", async () => {
    const chip = virtualChip("esp32s3", { usb: "serial-jtag", reenumerates: true });
    const session = await connect(chip.port);
    expect(session.loader).toBe("stub");
    await disconnect(session);
  });

  it("keeps the true reason where it cannot be reset", async () => {
    const chip = virtualChip("esp32c3", { lines: false, boot: "download" });
    const port = adapterWithLimit(chip, 1_000_000);
    expect(await codeOf(connect(port, { baudRate: 2_000_000 }))).toBe("session.baud-failed");
  });
});

describe("one garbled answer among the eight to a SYNC", () => {
  it("does not turn the stub into a ROM loader", async () => {
    const chip = virtualChip("esp32c3");
    const session = await connect(chip.port);
    // A lost answer makes both sides synchronise; a bit of the value of one of the eight answers flips.
    chip.faults.dropNextReply({ opcode: 0x0a });
    chip.faults.corruptFrameByte(6, 0x10, { opcode: 0x08, skip: 3 });
    expect(await readRegister(live(session), MAGIC)).toBeTypeOf("number");
    expect(live(session).link.counters.resynchronisations).toBe(1);
    await disconnect(session);
  });
});

describe("leaving after an operation was broken off", () => {
  async function abortedRead(chip: VirtualChip, options: ConnectOptions): Promise<Session> {
    const session = await connect(chip.port, options);
    const controller = new AbortController();
    chip.clock.after(50, () => controller.abort());
    const work = readFlash(session, { address: 0, sizeBytes: 0x40000 }, { signal: controller.signal });
    expect(await codeOf(work)).toBe("operation.aborted");
    return session;
  }

  it("resets a chip that must be asked to reset itself", async () => {
    const chip = virtualChip("esp32p4", { usb: "otg", boot: "download" });
    const session = await abortedRead(chip, { before: "no-reset" });
    await disconnect(session);
    expect(await runningAfterReset(chip)).toBe("user-code");
  });

  it("can be found again on a port that cannot reset it", async () => {
    const chip = virtualChip("esp32c3", { lines: false, boot: "download" });
    await disconnect(await connect(chip.port, { baudRate: 460800 }));
    const again = await connect(chip.port, { baudRate: 460800 });
    expect(again.loader).toBe("stub");
    await disconnect(again);
  });

  it("goes back to the common baud rate", async () => {
    const chip = virtualChip("esp32c3");
    const session = await abortedRead(chip, { baudRate: 921600 });
    await disconnect(session, { reset: "no-reset" });
    expect(Math.abs(chip.baudRate - 115200)).toBeLessThan(3000);
  });
});

describe("an operation after the end", () => {
  it("is told that the session is over", async () => {
    const session = await connect(virtualChip("esp32c3").port);
    await disconnect(session);
    expect(await codeOf(readFlash(session, { address: 0, sizeBytes: 0x1000 }))).toBe("session.closed");
  });
});

describe("two operations at once", () => {
  it("are refused: their answers could not be told apart", async () => {
    const chip = virtualChip("esp32c3");
    const session = await connect(chip.port);
    const first = readFlash(session, { address: 0, sizeBytes: 0x1000 });
    expect(await codeOf(readFlash(session, { address: 0x1000, sizeBytes: 0x1000 }))).toBe("session.busy");
    expect((await first).data).toHaveLength(0x1000);
    expect((await readFlash(session, { address: 0x1000, sizeBytes: 0x1000 })).data).toHaveLength(0x1000);
    await disconnect(session);
  });
});

describe("the flash of an ESP32-P4", () => {
  it("is powered again when the stub is found running", async () => {
    const chip = virtualChip("esp32p4", { silicon: { revision: { major: 3, minor: 1 } } });
    // PMU register 0x3FC, fact sheet 4.6.
    const power = 0x501153fc;
    const first = await connect(chip.port);
    expect((await readRegister(live(first), power)) & 3).toBe(3);
    // As if something had switched it off meanwhile.
    await writeRegisters(live(first), [{ address: power, value: 0 }]);
    await disconnect(first, { reset: "no-reset-stub" });
    const again = await connect(chip.port, { before: "no-reset" });
    expect(again.loader).toBe("stub");
    expect((await readRegister(live(again), power)) & 3).toBe(3);
    await disconnect(again);
  });
});

describe("many sessions in one process", () => {
  it("do not disturb each other and name themselves in every event", async () => {
    const chips = ids.map((id) => virtualChip(id));
    const seen = new Map<string, Set<string>>();
    const sessions = await Promise.all(
      chips.map((chip, index) =>
        connect(chip.port, {
          name: `bench-${index}`,
          onEvent: (event) => {
            if (event.type === "connect.chip") seen.set(event.session, new Set([event.chip]));
          },
        }),
      ),
    );
    expect([...seen].map(([name, [chip]]) => [name, chip])).toEqual(
      expect.arrayContaining(ids.map((id, index) => [`bench-${index}`, id])),
    );
    await Promise.all(sessions.map((session) => disconnect(session)));
  });
});
