// Shelf: the controller of a chip or of a file, and reading it.
// In: an `EfuseDevice` and the blocks wanted.
// Out: an `EfuseState`: every block as it was read, once.

import { type Check, optional } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkBoolean, iterableOf } from "../../check/values.ts";
import { chipById } from "../../chip/catalog.ts";
import { type AbortSignalLike, EspError, throwIfAborted } from "../../errors.ts";
import { decodeErrors, errorRegisters, NO_ERRORS } from "../coding/block-errors.ts";
import { esp32Scheme, readableWords } from "../coding/coding.ts";
import { wordsToBits } from "../table/bits.ts";
import { checkState, checkTable } from "../table/check-efuses.ts";
import { fieldPlace } from "../table/field-place.ts";
import { loadEfuseTable } from "../table/load-table.ts";
import type { BlockState, CodingScheme, EfuseBlock, EfuseState, EfuseTable } from "../table/types.ts";
import { checkDevice } from "./check-device.ts";
import type { EfuseDevice } from "./device.ts";
import { consecutiveRegisters, type RegisterWords, registerWords } from "./register-words.ts";
import { reserveDevice } from "./reserve-device.ts";

export interface ReadEfusesOptions {
  /** Ids. Default: all there are. */
  readonly blocks?: Iterable<number> | undefined;
  /** One that was loaded before, or has fields of a user's own. Default: the one of the chip. */
  readonly table?: EfuseTable | undefined;
  /** Also what the chip says of damage to these blocks. Default true. */
  readonly errors?: boolean | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** What was read for a state, so that more of it can be read without asking twice. */
const WORDS = new WeakMap<EfuseState, Map<number, number>>();

const checkReadOptions: Check<ReadEfusesOptions> = shape<ReadEfusesOptions>({
  blocks: optional(iterableOf(wholeNumber(0))),
  table: optional(checkTable),
  errors: optional(checkBoolean),
  signal: optional(checkSignal),
});

/**
 * Reads blocks of eFuses, each register once. Besides the blocks only what they cannot be understood without: the coding
 * scheme of the ESP32, and the words that say which chip it is.
 *
 * Throws `efuse.unsupported-chip`, `efuse.unsupported-coding`, `session.busy`, `session.closed`, `link.*`, `port.*`,
 * `operation.aborted`.
 *
 * @example
 * const state = await readEfuses(efuseDevice(session), { blocks: [0] });
 */
export async function readEfuses(device: EfuseDevice, options: ReadEfusesOptions = {}): Promise<EfuseState> {
  checkDevice(device, "device");
  const wanted = checkReadOptions(options, "options");
  return await reserveDevice(device, (reserved) => readReserved(reserved, wanted));
}

async function readReserved(device: EfuseDevice, options: ReadEfusesOptions): Promise<EfuseState> {
  throwIfAborted(options.signal);
  const known = new Map<number, number>();
  const words = registerWords(device, known);
  const identity = await readChipIdentity(device, words);
  const chipRevision = device.chipRevision ?? chipById(device.chip).identify(words.word).revision;
  const table = options.table ?? (await loadEfuseTable(device.chip, chipRevision));
  const blocks = await readBlocks(table, words, options.blocks ?? table.blocks.map(({ id }) => id), options);
  const state: EfuseState = { table, chipRevision, identity, blocks };
  WORDS.set(state, known);
  return state;
}

/**
 * The state with more blocks in it; of those it has, and of registers read for them, none is read again.
 * Throws as `readEfuses` does.
 */
export async function extendState(
  device: EfuseDevice,
  state: EfuseState,
  blocks: Iterable<number>,
  options: Pick<ReadEfusesOptions, "errors" | "signal"> = {},
): Promise<EfuseState> {
  checkDevice(device, "device");
  checkState(state, "state");
  const ids = iterableOf(wholeNumber(0))(blocks, "blocks");
  const wanted = checkReadOptions(options, "options");
  const missing = [...ids].filter((id) => !state.blocks.has(id));
  if (missing.length === 0) return state;
  const known = new Map(WORDS.get(state));
  const more = await reserveDevice(device, (reserved) =>
    readBlocks(state.table, registerWords(reserved, known), missing, wanted),
  );
  const extended: EfuseState = { ...state, blocks: inOrder([...state.blocks, ...more]) };
  WORDS.set(extended, known);
  return extended;
}

export function inOrder(blocks: Iterable<readonly [number, BlockState]>): ReadonlyMap<number, BlockState> {
  return new Map([...blocks].sort(([left], [right]) => left - right));
}

async function readChipIdentity(device: EfuseDevice, words: RegisterWords): Promise<ReadonlyMap<number, number>> {
  const { identityRegisters } = chipById(device.chip);
  await words.load(identityRegisters);
  return new Map(identityRegisters.map((address) => [address, words.word(address)]));
}

async function readBlocks(
  table: EfuseTable,
  words: RegisterWords,
  ids: Iterable<number>,
  { errors = true, signal }: Pick<ReadEfusesOptions, "errors" | "signal">,
): Promise<ReadonlyMap<number, BlockState>> {
  const blocks = [...new Set(ids)].sort((left, right) => left - right).map((id) => requireBlock(table, id));
  const found = new Map<number, BlockState>();
  for (const block of blocks) {
    throwIfAborted(signal);
    const scheme = await readScheme(table, words, block);
    found.set(block.id, await readBlock(table, words, { block, scheme, errors }));
  }
  throwIfAborted(signal);
  return found;
}

/** One block whose coding scheme is known. Throws `link.*`, `port.*`. */
export async function readBlock(
  table: EfuseTable,
  words: RegisterWords,
  { block, scheme, errors }: { readonly block: EfuseBlock; readonly scheme: CodingScheme; readonly errors: boolean },
): Promise<BlockState> {
  const count = readableWords(block, scheme);
  const data = consecutiveRegisters(block.readAddress, count);
  await words.load([...data, ...(errors ? errorRegisters(table, block.id) : [])]);
  return {
    id: block.id,
    words: count,
    scheme,
    bits: wordsToBits(data.map(words.word)),
    errors: errors ? decodeErrors(table, block.id, words.word) : NO_ERRORS,
  };
}

export function requireBlock(table: EfuseTable, id: number): EfuseBlock {
  const block = table.blocks[id];
  if (block === undefined) throw new RangeError(`${table.chip} has no eFuse block ${id}`);
  return block;
}

/** Only the ESP32 can be burned to have another one (A4). */
async function readScheme(table: EfuseTable, words: RegisterWords, block: EfuseBlock): Promise<CodingScheme> {
  if (table.registers.program !== null) return block.id === 0 ? "repeat" : "reed-solomon";
  if (block.id === 0) return "none";
  const field = fieldPlace(table, "CODING_SCHEME");
  if (field === null) return "none";
  const register = requireBlock(table, field.block).readAddress + 4 * (field.bit >>> 5);
  await words.load([register]);
  const scheme = esp32Scheme(words.word(register) >>> (field.bit & 31));
  if (scheme === "repeat")
    throw new EspError("efuse.unsupported-coding", `The coding scheme of this chip's ${block.name} is not supported.`, {
      hint: "CODING_SCHEME is 2 (repeat); none and 3/4 are supported.",
      details: { block: block.name, scheme },
    });
  return scheme;
}
