import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../src/core/bytes/hex.ts";
import { concatBytes, readU32 } from "../../src/core/bytes/words.ts";
import { chipById } from "../../src/core/chip/catalog.ts";
import { READ_REG } from "../../src/core/wire/commands.ts";
import { decodeReply, decodeRequest } from "../../src/core/wire/packet.ts";
import { SlipDecoder } from "../../src/core/wire/slip.ts";
import { createMachine } from "../../src/virtual/create-machine.ts";
import { NO_FAULTS } from "../../src/virtual/fault/faults.ts";
import type { Machine } from "../../src/virtual/machine/machine.ts";
import { defaultSilicon, type Silicon } from "../../src/virtual/silicon/silicon.ts";
import { INSTANT_TIMING } from "../../src/virtual/time/timing.ts";
import { createVirtualClock } from "../../src/virtual/time/virtual-clock.ts";

/**
 * Real ROM code and real stubs against ours: what the reference sent to them is sent to the virtual chips, whose
 * answers must be the same bytes.
 */

const FOLDER = fileURLToPath(new URL("../fixtures/transcripts/", import.meta.url));

/**
 * Registers whose value belongs to the emulated individual, not to the kind of chip: each gets the value that the
 * transcript shows at its first read. Everything else must come out right by itself.
 */
const INDIVIDUAL: Readonly<Record<string, readonly number[]>> = {
  esp32: [
    0x3ff40014, // UART divider: the emulator's rounding
    0x3ff42018, // SPI USR and USR2 as the boot code of this run left them
    0x3ff4201c,
    0x3ff42024,
    0x3ff6607c, // date of the APB controller
    0x3ff44038, // strap pins
  ],
  esp32c3: [0x60002018, 0x60002020],
};

interface Step {
  readonly command: string;
  readonly sent: Uint8Array<ArrayBuffer>;
  readonly answered: Uint8Array<ArrayBuffer>;
}

function parse(name: string): Step[] {
  const steps: { command: string; sent: Uint8Array<ArrayBuffer>[]; answered: Uint8Array<ArrayBuffer>[] }[] = [];
  let command = "";
  for (const line of readFileSync(`${FOLDER}${name}`, "utf8").split("\n")) {
    const bytes = fromHex(line.slice(2).trim());
    if (line.startsWith("# ")) command = line.slice(2);
    else if (bytes === null) continue;
    else if (line.startsWith(">")) {
      const last = steps.at(-1);
      if (last !== undefined && last.answered.length === 0) last.sent.push(bytes);
      else steps.push({ command, sent: [bytes], answered: [] });
    } else if (line.startsWith("<")) steps.at(-1)?.answered.push(bytes);
  }
  return steps.map((step) => ({
    command: step.command,
    sent: concatBytes(step.sent),
    answered: concatBytes(step.answered),
  }));
}

function framesOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new SlipDecoder({ frame: (frame) => frames.push(frame), noise: () => undefined });
  decoder.push(bytes);
  return frames;
}

/** First value read from each register of the list. */
function individualRegisters(steps: readonly Step[], addresses: readonly number[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const { sent, answered } of steps) {
    const request = decodeRequest(framesOf(sent)[0] ?? new Uint8Array());
    const reply = decodeReply(framesOf(answered)[0] ?? new Uint8Array());
    if (request?.opcode !== READ_REG.opcode || reply === null) continue;
    const address = readU32(request.data, 0);
    if (addresses.includes(address) && !values.has(address)) values.set(address, reply.value);
  }
  return values;
}

function siliconOf(chip: "esp32" | "esp32c3", registers: Map<number, number>): Silicon {
  const mac = chip === "esp32" ? "100100c40a24" : "c40a24fe1001";
  return defaultSilicon(chip, {
    mac: fromHex(mac)!,
    revision: chip === "esp32" ? { major: 0, minor: 0 } : { major: 0, minor: 3 },
    flash: { sizeBytes: 4 << 20, jedecId: [0xc8, 0x40, 0x16], sfdp: null },
    registers,
    // The emulated ESP32 has no calibration, and its MAC a checksum of its own.
    efuses:
      chip === "esp32"
        ? [
            [0x3ff5a010, 0],
            [0x3ff5a008, 0x00fe1001],
          ]
        : [],
  });
}

interface Bench {
  readonly machine: Machine;
  exchange(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}

function bench(chip: "esp32" | "esp32c3", registers: Map<number, number>): Bench {
  const clock = createVirtualClock();
  clock.pause();
  let answers: Uint8Array[] = [];
  const machine = createMachine(chipById(chip), siliconOf(chip, registers), {
    clock,
    timing: INSTANT_TIMING,
    faults: NO_FAULTS,
    transmit: (bytes) => answers.push(bytes),
    restart: () => undefined,
  });
  machine.start("download", "power-on");
  return {
    machine,
    exchange(bytes) {
      answers = [];
      machine.receive(bytes);
      clock.advanceBy(1000);
      return concatBytes(answers);
    },
  };
}

const names = readdirSync(FOLDER).filter((name) => name.endsWith(".wire"));

/** What an earlier run has left in the flash of the emulator. */
function prepareFlash(machine: Machine, name: string, chip: "esp32" | "esp32c3"): void {
  if (!/read-small|verify/.test(name)) return;
  const registers = new Map<number, number>();
  const writer = bench(chip, registers);
  for (const { sent } of parse(`${chip}-write-small.wire`)) writer.exchange(sent);
  machine.flash.load(writer.machine.flash.snapshot());
}

/** A `load-ram` run ends in code that no virtual chip executes. */
function isUserCode(name: string, step: Step): boolean {
  return name.includes("load-ram") && step.command === "MEM_END";
}

describe("transcripts of real ROM code and real stubs", () => {
  test("are all here", () => {
    expect(names).toHaveLength(40);
  });

  test.each(names)("%s", (name) => {
    const chip = name.startsWith("esp32c3") ? "esp32c3" : "esp32";
    const steps = parse(name);
    const { machine, exchange } = bench(chip, individualRegisters(steps, INDIVIDUAL[chip] ?? []));
    prepareFlash(machine, name, chip);
    if (name.includes("stub-reuse")) {
      // The stub of an earlier run is still there.
      for (const { command, sent } of parse(`${chip}-read-mac.wire`)) {
        exchange(sent);
        if (command === "MEM_END") break;
      }
      expect(machine.running).toBe("stub");
    }
    steps.forEach((step, index) => {
      const answer = toHex(exchange(step.sent));
      let expected = toHex(step.answered);
      if (isUserCode(name, step)) expected = expected.slice(0, 28);
      expect(`${index} ${step.command} ${answer}`).toBe(`${index} ${step.command} ${expected}`);
    });
    if (name.includes("load-ram")) expect(machine.running).toBe("user-code");
  });
});
