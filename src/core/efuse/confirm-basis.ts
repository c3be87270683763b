import { EspError } from "../errors.ts";
import { bitsToWords } from "./bits.ts";
import { refresh, waitIdle } from "./controller.ts";
import type { EfuseDevice } from "./device.ts";
import { fieldPlace } from "./field-place.ts";
import { readEfuses, requireBlock } from "./read-efuses.ts";
import type { EfuseState } from "./types.ts";

/**
 * Reads again, from the fuses themselves, BLOCK0, the given blocks and the chip's MAC address, and returns the blocks.
 * Throws `efuse.changed-meanwhile` when any is not what `basis` says, `efuse.controller-busy`, `link.*`, `port.*`.
 */
export async function confirmBasis(
  device: EfuseDevice,
  basis: EfuseState,
  blocks: Iterable<number>,
): Promise<EfuseState> {
  const { table } = basis;
  if (device.chip !== table.chip) throw changed("another chip is connected", { chip: device.chip });
  await waitIdle(device, table);
  await refresh(device, table, true);
  const present = await readEfuses(device, { blocks: new Set([0, ...blocks]), table });
  if (present.chipRevision !== basis.chipRevision)
    throw changed("the chip has another revision", { expected: basis.chipRevision, found: present.chipRevision });
  const differing = [...present.blocks.values()].filter((block) => {
    const before = basis.blocks.get(block.id);
    if (before === undefined) throw new RangeError(`block ${block.id} was not read before it was planned for`);
    return before.bits !== block.bits || before.scheme !== block.scheme;
  });
  if (differing.length > 0) {
    const names = differing.map(({ id }) => requireBlock(table, id).name);
    throw changed(`${names.join(", ")} holds something else`, { blocks: names });
  }
  if (!(await hasSameMac(device, basis, present))) throw changed("another chip is connected", { mac: "differs" });
  return present;
}

/** A board may have been exchanged while somebody thought about what to burn. */
async function hasSameMac(device: EfuseDevice, basis: EfuseState, present: EfuseState): Promise<boolean> {
  const mac = fieldPlace(basis.table, "MAC");
  const before = mac === null ? undefined : basis.blocks.get(mac.block);
  if (mac === null || before === undefined || present.blocks.has(mac.block)) return true;
  const { readAddress, words } = requireBlock(basis.table, mac.block);
  const mask = bitsToWords(mac.mask, words);
  const indexes = mask.flatMap((bits, index) => (bits === 0 ? [] : [index]));
  const values = await device.readRegisters(indexes.map((index) => readAddress + 4 * index));
  const expected = bitsToWords(before.bits, words);
  return indexes.every((index, at) => (((values[at] ?? 0) ^ (expected[index] ?? 0)) & (mask[index] ?? 0)) === 0);
}

function changed(what: string, details: Readonly<Record<string, unknown>>): EspError {
  return new EspError("efuse.changed-meanwhile", `Nothing was burned: ${what} than when this was planned.`, {
    hint: "Start again, so that it is planned with what the chip holds now.",
    details,
  });
}
