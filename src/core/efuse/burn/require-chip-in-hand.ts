import { EspError, isEspError } from "../../errors.ts";
import type { BurnStep } from "../plan/plan.ts";
import { chipName, readMacWords } from "../read/chip-words.ts";
import { clearingWrites, writeRepeatably } from "../read/controller.ts";
import type { EfuseDevice } from "../read/device.ts";
import { requireBlock } from "../read/read-efuses.ts";
import type { EfuseState, EfuseTable } from "../table/types.ts";

export interface ChipInHand {
  readonly device: EfuseDevice;
  readonly table: EfuseTable;
  /** Which chip is being burned, with what was burned of it so far. */
  readonly chipWords: EfuseState["identity"];
}

/** A line garbles what is read now and then. */
const LOOKS = 4;

/**
 * After trouble on the line, whoever answers may be another chip, and would be burned as the one before. Looked at as the
 * last thing before the command to burn, so that nothing comes between. Throws `connect.wrong-chip`.
 */
export async function requireChipInHand({ device, table, chipWords }: ChipInHand, step: BurnStep): Promise<void> {
  let found: EfuseState["identity"] = new Map();
  for (let look = 1; look <= LOOKS; look++) {
    found = await readMacWords(device);
    if ([...found].every(([address, word]) => isExpected(word, address))) return;
  }
  // What was to be burned must not stay behind in it.
  await clearQuietly(device, table);
  const expected = chipName(table, chipWords).mac;
  const other = chipName(table, new Map([...chipWords, ...found])).mac;
  throw new EspError(
    "connect.wrong-chip",
    `Another chip is connected now (MAC ${other}) than the one that was being burned (MAC ${expected}).`,
    {
      hint: "Connect the chip that was there before, look at its eFuses, and burn what is left.",
      details: { expected, found: other },
    },
  );

  function isExpected(word: number, address: number): boolean {
    // Bits that this step burns may be set by an attempt before.
    return ((word ^ (chipWords.get(address) ?? 0)) & ~plannedWord(table, step, address)) === 0;
  }
}

function plannedWord(table: EfuseTable, { block, bits }: BurnStep, address: number): number {
  const { readAddress, words } = requireBlock(table, block);
  const index = (address - readAddress) / 4;
  return index >= 0 && index < words ? Number(BigInt.asUintN(32, bits >> BigInt(32 * index))) : 0;
}

async function clearQuietly(device: EfuseDevice, table: EfuseTable): Promise<void> {
  try {
    await writeRepeatably(device, clearingWrites(table));
  } catch (error) {
    // That it is another chip is what has to be told.
    if (!isEspError(error)) throw error;
  }
}
