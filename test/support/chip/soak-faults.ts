import type { VirtualChip } from "../../../src/virtual.ts";
import type { Random } from "../mutation.ts";
import { pick } from "../pick.ts";

/** What a fault can do to the promises of the operation it strikes, and of those after it. */
export interface SoakFault {
  readonly label: string;
  /**
   * `line`: answers and requests are lost, late or refused; every loader recovers from that. `noise-in`: any byte from
   * the chip may be wrong. `noise`: in both directions, so that a request may arrive as another request, which nothing in
   * this protocol protects (only data blocks have a checksum). `flash`: a sector refuses. `power`: the chip restarts.
   * `cable`: the port is lost.
   */
  readonly kind: "line" | "noise-in" | "noise" | "flash" | "power" | "cable";
  /** Strikes when the session says something of this type. */
  onEvent?(type: string): void;
}

/** Arms one random fault; those of the flash strike in the range `near`. */
export function armFault(
  random: Random,
  chip: VirtualChip,
  near: { readonly address: number; readonly sizeBytes: number },
): SoakFault {
  const { faults } = chip;
  const address = near.address + random(Math.max(1, near.sizeBytes));
  const operation = pick(random, ["erase", "program"] as const);
  const skip = random(pick(random, [3, 12, 40]));
  const times = 1 + random(2);
  const ms = pick(random, [1, 40, 400, 5000]);
  const seed = random(1 << 30);
  const density = pick(random, [300, 1500, 6000]);
  switch (random(19)) {
    case 0:
      faults.corruptNextReply({ skip, times });
      return { label: `corruptNextReply skip ${skip} times ${times}`, kind: "line" };
    case 1:
      faults.dropNextReply({ skip, times });
      return { label: `dropNextReply skip ${skip} times ${times}`, kind: "line" };
    case 2: {
      const byte = random(14);
      faults.dropReplyByte(byte, { skip });
      return { label: `dropReplyByte ${byte} skip ${skip}`, kind: "line" };
    }
    case 3:
      faults.delayNextReply(ms, { skip });
      return { label: `delayNextReply ${ms} skip ${skip}`, kind: "line" };
    case 4: {
      const byte = 1 + random(8);
      faults.splitNextReply(byte, ms, { skip });
      return { label: `splitNextReply ${byte} ${ms} skip ${skip}`, kind: "line" };
    }
    case 5:
      faults.corruptNextRequest({ skip, times });
      return { label: `corruptNextRequest skip ${skip} times ${times}`, kind: "line" };
    case 6:
      faults.dropNextRequest({ skip, times });
      return { label: `dropNextRequest skip ${skip} times ${times}`, kind: "line" };
    case 7: {
      const opcode = pick(random, [0x02, 0x03, 0x09, 0x0a, 0x0b, 0x0d, 0x10, 0x11, 0x12, 0x13, 0xd1, 0xd2]);
      faults.ignoreCommand(opcode, { skip: random(3), times });
      return { label: `ignoreCommand ${opcode} times ${times}`, kind: "line" };
    }
    case 8:
    case 9:
      return armNoiseFromChip(random, chip);
    case 10:
      faults.soak(seed, density);
      return { label: `soak ${seed} ${density}`, kind: "noise" };
    case 16:
    case 17:
    case 18:
      return armNoiseToChip(random, chip);
    case 11:
    case 12: {
      const forEver = random(2) === 0;
      faults.failSector(address, operation, forEver ? {} : { times });
      return { label: `failSector ${address} ${operation} ${forEver ? "for ever" : times}`, kind: "flash" };
    }
    case 13:
      faults.brownOutAt(operation, address);
      return { label: `brownOutAt ${operation} ${address}`, kind: "power" };
    case 14: {
      const count = 1 + random(pick(random, [40, 2000, 20_000]));
      if (random(2) === 0) faults.unplugAfterHostBytes(count);
      else faults.unplugAfterChipBytes(Math.ceil(count / 10));
      return { label: `unplug after ${count} bytes${replugLater(random, chip)}`, kind: "cable" };
    }
    default:
      faults.unplugAfter(ms);
      return { label: `unplugAfter ${ms}${replugLater(random, chip)}`, kind: "cable" };
  }
}

/** Somebody may notice and put the plug back, in time for the session to go on or not. */
function replugLater(random: Random, chip: VirtualChip): string {
  if (random(2) === 0) return "";
  const ms = 100 + random(6000);
  chip.clock.after(ms, () => chip.replug());
  return `, back after ${ms}`;
}

function armNoiseFromChip(random: Random, { faults }: VirtualChip): SoakFault {
  const offsets = Array.from({ length: 1 + random(6) }, () => random(pick(random, [30, 300, 9000])));
  for (const offset of offsets) {
    const kind = random(4);
    if (kind === 0) faults.atChipByte(offset, { do: "drop", count: 1 + random(3) });
    else if (kind === 1) faults.atChipByte(offset, { do: "duplicate", count: 1 });
    else if (kind === 2) faults.atChipByte(offset, { do: "corrupt", mask: 1 << random(8) });
    else faults.atChipByte(offset, { do: "insert", bytes: Uint8Array.of(random(256), pick(random, [0xc0, 0xdb, 7])) });
  }
  return { label: `noise from the chip at ${offsets.join(" ")}`, kind: "noise-in" };
}

/** A few bytes only, and early: those of the commands before the data, which no checksum covers. */
function armNoiseToChip(random: Random, { faults }: VirtualChip): SoakFault {
  if (random(2) === 0) {
    // The command that says where the blocks go follows this event: block size and address.
    const offset = 17 + random(12);
    const mask = 1 << random(8);
    let waiting = true;
    return {
      label: `one bit wrong in byte ${offset} after the file is announced`,
      kind: "noise",
      onEvent: (type) => {
        if (type === "write.erases" && waiting) faults.atHostByte(offset, { do: "corrupt", mask });
        if (type === "write.erases") waiting = false;
      },
    };
  }
  const offsets = Array.from({ length: 1 + random(4) }, () => random(pick(random, [60, 300, 600, 3000])));
  for (const offset of offsets) {
    const kind = random(6);
    if (kind === 0) faults.atHostByte(offset, { do: "drop", count: 1 });
    else if (kind === 1) faults.atHostByte(offset, { do: "duplicate", count: 1 });
    else faults.atHostByte(offset, { do: "corrupt", mask: 1 << random(8) });
  }
  return { label: `noise to the chip at ${offsets.join(" ")}`, kind: "noise" };
}
