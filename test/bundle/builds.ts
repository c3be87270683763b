import { runCli } from "../../src/cli/run-cli.ts";
import type { ChipId } from "../../src/index.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip } from "../../src/virtual.ts";
import type { Files } from "../support/bundle/sample-build.ts";
import { testCliHost } from "../support/cli-host.ts";

export { type Files, sample } from "../support/bundle/sample-build.ts";

const FLASH_BYTES = 4 * 1024 * 1024;
const USED = 0x5a;

/** A board that was in use: no byte of its flash is blank. */
export function usedBoard(
  chip: ChipId,
  silicon: NonNullable<Parameters<typeof virtualChip>[1]>["silicon"] = {},
): VirtualChip {
  const board = virtualChip(chip, { timing: INSTANT_TIMING, silicon });
  board.flash.place(0, new Uint8Array(board.flash.sizeBytes).fill(USED));
  return board;
}

export function contents(board: VirtualChip): Uint8Array {
  return board.flash.read(0, FLASH_BYTES);
}

/** What flash holds after these files were written, sector by sector. */
export function written(before: Uint8Array, files: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const after = before.slice();
  for (const [address, data] of files) {
    after.fill(0xff, address - (address % 0x1000), Math.ceil((address + data.length) / 0x1000) * 0x1000);
  }
  for (const [address, data] of files) after.set(data, address);
  return after;
}

/** Where two contents differ, in words. */
export function differences(one: Uint8Array, other: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < FLASH_BYTES; at += 0x1000) {
    if (Buffer.compare(one.subarray(at, at + 0x1000), other.subarray(at, at + 0x1000)) === 0) continue;
    const byte = one.subarray(at, at + 0x1000).findIndex((value, index) => value !== other[at + index]);
    found.push(`0x${(at + byte).toString(16)}: ${one[at + byte]} is not ${other[at + byte]}`);
  }
  return found;
}

export async function flash(board: VirtualChip, files: Files, ...line: string[]) {
  const host = testCliHost({ port: board.port, files });
  const code = await runCli(["-p", "x", "flash", ...line], host);
  return { code, all: `${host.out()}${host.err()}`.replace(/\s+/g, " "), out: host.out() };
}

/** What would be written, with no port named: a board that is there is left alone. */
export async function planned(board: VirtualChip, files: Files, ...line: string[]) {
  const host = testCliHost({ port: board.port, files });
  const code = await runCli(["flash", ...line, "--dry-run"], host);
  return { code, all: `${host.out()}${host.err()}`.replace(/\s+/g, " ") };
}
