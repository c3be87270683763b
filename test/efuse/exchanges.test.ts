import { describe, expect, it } from "vitest";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import type { RegisterWrite } from "../../src/core/wire/commands.ts";
import { connect, disconnect } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { EFUSE_CHIPS, EFUSE_FACTS } from "../support/efuse/efuse-bench.ts";
import type { EfuseChip } from "../support/efuse/efuse-file-device.ts";
import { type RecordingPort, recordingPort } from "../support/port/recording-port.ts";

/** What one line of espefuse asks a chip for, from connecting to leaving. */
async function run(chip: EfuseChip, line: string): Promise<RecordingPort> {
  const recording = recordingPort(virtualChip(chip).port);
  const host = testCliHost({ port: recording.port });
  const words = ["--chip", chip, "--port", "virtual", "--do-not-confirm", ...line.split(" ")];
  expect(await runEspefuse(words, host), host.err()).toBe(0);
  return recording;
}

async function connecting(chip: EfuseChip): Promise<readonly number[]> {
  const { port, reads } = recordingPort(virtualChip(chip).port);
  await disconnect(await connect(port, { stub: false, chip }));
  return reads;
}

const repeated = (reads: readonly number[]): readonly number[] =>
  reads.filter((address, index) => reads.indexOf(address) !== index);

/** Addresses of the words of all blocks. */
function words(chip: EfuseChip): readonly number[] {
  const { base, blocks } = EFUSE_FACTS[chip];
  return blocks.flatMap(([offset, count]) => Array.from({ length: count }, (_, index) => base + offset + 4 * index));
}

/** Where a block is burned from: a window of its own on the ESP32, else one for all, with the parity behind it. */
function windowOf(chip: EfuseChip, block: number): { readonly start: number; readonly count: number } {
  const { base } = EFUSE_FACTS[chip];
  if (chip === "esp32") return { start: base + [0x1c, 0x98, 0xb8, 0xd8][block]!, count: block === 0 ? 7 : 8 };
  return { start: base, count: 11 };
}

/** `PROGRAM` of A8: the packet that makes the chip burn. */
function isProgram(chip: EfuseChip, packet: readonly RegisterWrite[]): boolean {
  const { base, command } = EFUSE_FACTS[chip];
  return packet.some(({ address, value }) => address === base + command && (value & 3) === 2);
}

describe.each(EFUSE_CHIPS)("%s", (chip) => {
  it("reads a handful of words for the custom MAC address, none twice", async () => {
    const { reads, writes } = await run(chip, "get-custom-mac");
    expect(repeated(reads)).toEqual([]);
    // A block has eight words; more is what tells of errors in it, and what a word of it means.
    const more = reads.length - (await connecting(chip)).length;
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThanOrEqual(10);
    expect(writes).toEqual([]);
  });

  it("reads every word once for a summary", async () => {
    const { reads, writes } = await run(chip, "summary");
    expect(repeated(reads)).toEqual([]);
    expect(reads).toEqual(expect.arrayContaining([...words(chip)]));
    // Besides: what tells of errors, and what connecting asks for.
    const others = reads.filter((address) => !words(chip).includes(address));
    expect(others.length).toBeLessThanOrEqual(16);
    expect(writes).toEqual([]);
  });

  it("reads no other blocks for a burn than the one that is burned and BLOCK0", async () => {
    const block = chip === "esp32" ? 2 : 3;
    const { base, blocks } = EFUSE_FACTS[chip];
    const { reads } = await run(chip, `burn-bit BLOCK${block} 4`);
    const known = await connecting(chip);
    const touched = blocks.flatMap(([offset, count], id) =>
      reads.some(
        (address) => address >= base + offset && address < base + offset + 4 * count && !known.includes(address),
      )
        ? [id]
        : [],
    );
    // The MAC address is looked at before, in case that another chip was connected meanwhile.
    const mac = chip === "esp32" ? 0 : chip === "esp32c2" ? 2 : 1;
    expect(touched).toEqual([...new Set([0, mac, block])].sort().filter((id) => touched.includes(id)));
    expect(touched).toEqual(expect.arrayContaining([0, block]));
  });

  it.each([0, 1])(
    "writes what one step is burned from in one packet, and the command in another: step of %i",
    async (kind) => {
      const block = kind === 0 ? 0 : chip === "esp32" ? 2 : 3;
      const line = block === 0 ? "burn-efuse WR_DIS 4" : `burn-bit BLOCK${block} 4 37`;
      const { writes } = await run(chip, line);
      const { start, count } = windowOf(chip, block);
      const window = Array.from({ length: count }, (_, index) => start + 4 * index);
      const data = writes.filter((packet) =>
        packet.some(({ address, value }) => window.includes(address) && value !== 0),
      );
      expect(data).toHaveLength(1);
      expect(data[0]?.map(({ address }) => address)).toEqual(expect.arrayContaining(window));
      const programs = writes.filter((packet) => isProgram(chip, packet));
      expect(programs).toHaveLength(1);
      expect(programs[0]).toHaveLength(2);
      // Loading the fuses before and after, and for four more looks where there is something that tells of errors.
      expect(writes.indexOf(programs[0]!) - writes.indexOf(data[0]!)).toBe(1);
      const looks = chip === "esp32" && block === 0 ? 1 : 5;
      expect(writes).toHaveLength(1 + 2 + looks);
    },
  );
});
