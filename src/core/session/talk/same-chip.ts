import { equalBytes } from "../../bytes/words.ts";
import { formatMac } from "../../chip/format-mac.ts";
import type { ChipDescriptor, ChipMac } from "../../chip/types.ts";
import type { Link } from "../../link/link.ts";
import { READ_REG } from "../../wire/commands.ts";
import { failure } from "./failure.ts";

/** The part of a session that says which chip it is of. */
export interface KnownChip {
  readonly link: Link;
  readonly chip: ChipDescriptor;
  /** Null: Secure Download Mode does not show it, so nothing can be compared. */
  readonly mac: ChipMac | null;
}

/** Longer than any pause inside of a command, shorter than a board can be exchanged in by hand. */
const PAUSE_MS = 1000;

/** When the chip of a link was last known to be the one of its session. */
const SEEN_AT = new WeakMap<Link, number>();

/** The chip has just answered as the one it should be. */
export function noteSameChip(link: Link): void {
  SEEN_AT.set(link, link.clock.now());
}

/**
 * A board on an adapter can be exchanged while nobody talks to it: after a question to the user, or between two calls of a
 * program. The port does not notice, and the next chip answers as the one before would.
 */
export function mayBeAnotherChip(link: Link): boolean {
  const seenAt = SEEN_AT.get(link);
  return seenAt === undefined || link.clock.now() - seenAt > PAUSE_MS;
}

/** A line garbles what is read now and then: that it is another chip is believed when two looks agree. */
const LOOKS = 4;

/**
 * Asks the chip itself, and no memory of the session, for its MAC address. No question is asked again when its answer is
 * lost: whoever calls decides what is done about that. Throws `connect.wrong-chip` for another than the session's.
 */
export async function requireSameChip({ link, chip, mac }: KnownChip): Promise<void> {
  if (mac === null) return;
  let before: ChipMac | null = null;
  for (let look = 1; look <= LOOKS; look++) {
    const found = await macAddresses(link, chip);
    if (equalBytes(found.base, mac.base)) break;
    if (look === LOOKS || (before !== null && equalBytes(found.base, before.base)))
      await refuseAnotherChip({ chip, mac }, found);
    before = found;
  }
  noteSameChip(link);
}

async function macAddresses(link: Link, chip: ChipDescriptor): Promise<ChipMac> {
  const words = new Map<number, number>();
  for (const address of macRegisters(chip)) words.set(address, await link.exchange(READ_REG, { address }));
  return chip.mac((address) => words.get(address) ?? 0);
}

/** The registers that hold the MAC address: those that are looked at to tell it. */
export function macRegisters(chip: ChipDescriptor): readonly number[] {
  const used = new Set<number>();
  chip.mac((address) => {
    used.add(address);
    return 0;
  });
  return [...used];
}

/** Throws `connect.wrong-chip` unless both are known and equal. */
export async function refuseAnotherChip(
  { chip, mac }: Pick<KnownChip, "chip" | "mac">,
  found: ChipMac | null,
): Promise<void> {
  if (mac !== null && found !== null && equalBytes(mac.base, found.base)) return;
  const expected = mac === null ? null : formatMac(mac.base);
  const other = found === null ? null : formatMac(found.base);
  const details = { expected, found: other };
  throw await failure("connect.wrong-chip", "another-chip", { chip: chip.name, ...details }, { details });
}
