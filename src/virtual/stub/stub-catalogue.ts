import { toHex } from "../../core/bytes/hex.ts";
import { sha256 } from "../../core/bytes/sha256.ts";
import { readU32, writeU32 } from "../../core/bytes/words.ts";
import type { ChipId } from "../../core/chip/types.ts";
import type { AddressSpace } from "../silicon/address-space.ts";
import { PLUGIN_ENTRIES, takesPlugins } from "./stub-plugins.ts";
import { KNOWN_STUBS, type KnownStub } from "./stub-table.ts";

/** The stub that begins at `entry`, if RAM holds text and data of one of this chip, to the last byte. */
export function findStub(space: AddressSpace, chip: ChipId, entry: number): KnownStub | null {
  const found = KNOWN_STUBS.find((stub) => stub.chip === chip && stub.entry === entry && isLoaded(space, stub));
  return found ?? null;
}

function isLoaded(space: AddressSpace, stub: KnownStub): boolean {
  const text = space.readBytes(stub.textStart, stub.textSize);
  if (toHex(sha256(text)) !== stub.textSha256) return false;
  const data = space.readBytes(stub.dataStart, stub.dataSize);
  if (toHex(sha256(data)) === stub.dataSha256) return true;
  return takesPlugins(stub) && toHex(sha256(withoutPlugins(data))) === stub.dataSha256;
}

/** The opcodes of NAND flash are the first ten (fact sheet 3.4). */
const PLUGIN_ENTRIES_USED = 10;

/** The data as it was before plugins were put into its table; its last entry, used by none, tells the default. */
function withoutPlugins(data: Uint8Array): Uint8Array {
  const start = data.length - 4 * PLUGIN_ENTRIES;
  if (start < 0) return data;
  const restored = data.slice();
  const unused = readU32(data, data.length - 4);
  for (let index = 0; index < PLUGIN_ENTRIES_USED; index++) writeU32(restored, start + 4 * index, unused);
  return restored;
}
