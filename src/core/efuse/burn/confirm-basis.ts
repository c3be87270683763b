import { EspError, isEspError } from "../../errors.ts";
import { isWorse } from "../coding/block-errors.ts";
import { chipName } from "../read/chip-words.ts";
import { refresh, waitIdle } from "../read/controller.ts";
import type { EfuseDevice } from "../read/device.ts";
import { readEfuses, requireBlock } from "../read/read-efuses.ts";
import type { BlockState, EfuseState } from "../table/types.ts";

/**
 * Reads again, from the fuses themselves, everything that a plan rests on: which chip it is (MAC address, revision), and
 * every word of every block that was read for it, burned or not. Nothing that was read before is believed. Returns the
 * blocks.
 *
 * Throws `efuse.changed-meanwhile` when anything is not what `basis` says, `argument.invalid` for a basis that was not
 * read of a chip, `efuse.controller-busy`, `link.*`, `port.*`.
 */
export async function confirmBasis(
  device: EfuseDevice,
  basis: EfuseState,
  blocks: Iterable<number>,
): Promise<EfuseState> {
  const { table } = basis;
  if (device.chip !== table.chip) throw changed("another chip is connected", { chip: device.chip });
  requireChipOf(basis);
  // Before the first register is written: another chip may have something else there.
  await confirmChip(device);
  await waitIdle(device, table);
  await refresh(device, table, true);
  const all = new Set([0, ...basis.blocks.keys(), ...blocks]);
  const present = await readEfuses(device, { blocks: all, table });
  requireSameIdentity(basis, present);
  const known = [...present.blocks.values()].map((block) => ({ block, before: requireRead(basis, block.id) }));
  const differing = known.filter(({ block, before }) => before.bits !== block.bits || before.scheme !== block.scheme);
  if (differing.length > 0) throw changedBlocks(basis, differing, "holds something else");
  const damaged = known.filter(({ block, before }) => isWorse(block.errors, before.errors));
  if (damaged.length > 0) throw changedBlocks(basis, damaged, "has more errors");
  return present;
}

function requireChipOf({ identity, table }: EfuseState): void {
  if (identity.size > 0) return;
  throw new EspError("argument.invalid", "Nothing was burned: the plan was not made with what was read of a chip.", {
    hint: "Plan with the state that readEfuses gives, so that it can be told whether it is the same chip.",
    details: { name: "plan", chip: table.chip },
  });
}

async function confirmChip(device: EfuseDevice): Promise<void> {
  try {
    await device.confirmChip?.();
  } catch (error) {
    throw changedIfExchanged(error);
  }
}

/** What is thrown where nothing was burned yet: that it is another chip means that the plan is not for it. */
export function changedIfExchanged(error: unknown): unknown {
  if (!isEspError(error, "connect.wrong-chip")) return error;
  return new EspError("efuse.changed-meanwhile", `Nothing was burned. ${error.message}`, {
    hint: PLAN_AGAIN,
    details: error.details,
    cause: error,
  });
}

/** A board may have been exchanged while somebody thought about what to burn. */
function requireSameIdentity(basis: EfuseState, present: EfuseState): void {
  const [expected, found] = [basis, present].map(({ table, identity }) => chipName(table, identity));
  if (expected?.mac !== found?.mac) {
    throw changed(`another chip is connected (MAC ${found?.mac}, planned for MAC ${expected?.mac})`, {
      expected: expected?.mac,
      found: found?.mac,
    });
  }
  if (expected?.revision !== found?.revision || basis.chipRevision !== present.chipRevision) {
    throw changed("the chip has another revision", { expected: basis.chipRevision, found: present.chipRevision });
  }
  const differing = [...present.identity].filter(([address, word]) => basis.identity.get(address) !== word);
  if (differing.length > 0) {
    throw changed("what says which chip it is holds something else", {
      registers: differing.map(([address]) => address),
    });
  }
}

function requireRead(basis: EfuseState, id: number): BlockState {
  const block = basis.blocks.get(id);
  if (block === undefined) throw new RangeError(`block ${id} was not read before it was planned for`);
  return block;
}

function changedBlocks(
  { table }: EfuseState,
  differing: readonly { readonly block: BlockState }[],
  what: string,
): EspError {
  const names = differing.map(({ block }) => requireBlock(table, block.id).name);
  return changed(`${names.join(", ")} ${what}`, { blocks: names });
}

const PLAN_AGAIN = "Start again, so that it is planned with what the chip holds now.";

function changed(what: string, details: Readonly<Record<string, unknown>>): EspError {
  return new EspError("efuse.changed-meanwhile", `Nothing was burned: ${what} than when this was planned.`, {
    hint: PLAN_AGAIN,
    details,
  });
}
