import { sha256 } from "../core/bytes/digests.ts";
import { toHex } from "../core/bytes/hex.ts";
import { readU32, writeU32 } from "../core/bytes/words.ts";
import type { ChipId } from "../core/chip/types.ts";
import type { AddressSpace } from "./address-space.ts";
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
  return toHex(sha256(data)) === stub.dataSha256 || toHex(sha256(withoutPlugins(data))) === stub.dataSha256;
}

/** Where the data of stubs with a plugin table has it: 27 words at the end (fact sheet 3.8). */
const PLUGIN_ENTRIES = 27;

/** The data as it was before plugins were put into its table; the last entries, used by no plugin, tell the default. */
function withoutPlugins(data: Uint8Array): Uint8Array {
  const start = data.length - 4 * PLUGIN_ENTRIES;
  if (start < 0) return data;
  const restored = data.slice();
  const unused = readU32(data, data.length - 4);
  for (let offset = start; offset < data.length; offset += 4) writeU32(restored, offset, unused);
  return restored;
}
