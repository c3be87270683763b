import type { hexAddress, toHex } from "../../bytes/hex.ts";
import { EspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import type { Comparison, compareWithFlash, flashHolds } from "../flash-digest.ts";
import type { lossSurvivor } from "../setup/survive-loss.ts";
import type { WritePiece } from "./plan-piece.ts";
import type { FilePlan } from "./plan-write.ts";
import type { verifyFailed } from "./prove-write.ts";
import type { FinishedFile } from "./write-file.ts";

/** What this part, which a page loads apart, shares with the rest of the page: given to it, or all of that would be apart. */
export interface OverwriteTools {
  readonly lossSurvivor: typeof lossSurvivor;
  readonly compareWithFlash: typeof compareWithFlash;
  readonly flashHolds: typeof flashHolds;
  readonly verifyFailed: typeof verifyFailed;
  readonly hexAddress: typeof hexAddress;
  readonly toHex: typeof toHex;
}

type Place = Pick<FilePlan, "name" | "writeAddress" | "data">;
type Stretch = Pick<WritePiece, "address" | "data">;
/** What matters here of a file that is in flash. */
interface Later {
  readonly file: Place;
  readonly pieces: readonly Stretch[];
}

/** Where a flash of that size would have put what was written later: on something of an earlier file. */
export interface Collision {
  /** Of the flash, if it has no more than this. */
  readonly sizeBytes: number;
  /** Where in the sectors of the earlier file it was written over. */
  readonly address: number;
  readonly later: string;
  /** What would stand there now; at most a sector. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** As `sectors.ts` has it, which stands in another file of a page than this part does. */
const SECTOR_BYTES = 0x1000;
const SMALLEST_FLASH_BYTES = 256 * 1024;

/**
 * A flash chip ignores the address bits that it has no use for. Where it is smaller than it says, what is behind its end
 * lands at its beginning, and the proof of each file alone does not see that: it was right when it was asked for. The
 * sizes at which something that was written later would have landed on `earlier`, the smallest first. A file that would
 * land on itself is not looked at, because its own proof tells. Pure.
 */
export function collisionsOf(earlier: Place, later: readonly Later[]): Collision[] {
  const found: Collision[] = [];
  const { writeAddress: start, data } = earlier;
  const end = start + data.length;
  const last = Math.max(end, ...later.map(({ file }) => file.writeAddress + file.data.length));
  for (let sizeBytes = SMALLEST_FLASH_BYTES; sizeBytes < last; sizeBytes *= 2) {
    if (data.length > sizeBytes) continue;
    for (const { file, pieces } of later) {
      if (file.data.length > sizeBytes) continue;
      for (const piece of pieces) {
        const at = landing(piece, { start, end }, sizeBytes);
        if (at !== null) found.push({ sizeBytes, later: file.name, ...at });
      }
    }
  }
  return found;
}

/** The first place in the sectors of the two at which the piece would stand as well: they would have been erased for it. */
function landing(
  { address, data }: Stretch,
  { start, end }: { readonly start: number; readonly end: number },
  sizeBytes: number,
): Pick<Collision, "address" | "data"> | null {
  const sector = start - (start % SECTOR_BYTES);
  const limit = Math.ceil(end / SECTOR_BYTES) * SECTOR_BYTES;
  const first = sector + ((((address - sector) % sizeBytes) + sizeBytes) % sizeBytes);
  // It begins in there, or reaches in from before.
  const [at, from] = first < limit ? [first, 0] : [sector, sector + sizeBytes - first];
  if (from >= data.length) return null;
  const length = Math.min(SECTOR_BYTES, data.length - from, (at < end ? end : limit) - at);
  return { address: at, data: data.subarray(from, from + length) };
}

/**
 * Proves once more what was proved before something was written that may have landed on it.
 * Throws `flash.verify-failed`, and what asking throws.
 */
export async function proveNotWrittenOver(
  session: LiveSession,
  finished: readonly FinishedFile[],
  tools: OverwriteTools,
): Promise<void> {
  for (const [index, { file }] of finished.entries()) {
    const collisions = file.encrypted ? [] : collisionsOf(file, finished.slice(index + 1));
    if (collisions.length === 0) continue;
    const survive = tools.lossSurvivor(session, file);
    const compared = await survive(() => tools.compareWithFlash(session, file.writeAddress, file.data));
    if (compared.matches) continue;
    session.emit({ type: "verify.mismatched", file: file.name, differences: null });
    for (const collision of collisions)
      if (await survive(() => landedThere(session, collision, tools)))
        throw writtenOver(file, { compared, collision }, tools);
    throw await tools.verifyFailed(session, file, compared);
  }
}

/** What stands there is the later file's, and the same once more a flash of that size away: a larger one would not show it there. */
async function landedThere(
  session: LiveSession,
  { address, data, sizeBytes }: Collision,
  { flashHolds }: OverwriteTools,
): Promise<boolean> {
  const again = address < sizeBytes ? address + sizeBytes : address - sizeBytes;
  return (await flashHolds(session, address, data)) && (await flashHolds(session, again, data));
}

function writtenOver(
  { name, writeAddress, data }: FilePlan,
  { compared, collision }: { readonly compared: Comparison; readonly collision: Collision },
  { hexAddress, toHex }: OverwriteTools,
): EspError {
  const { expected, actual } = compared;
  const { sizeBytes, address, later } = collision;
  const size = sizeBytes < 1024 * 1024 ? `${sizeBytes / 1024}KB` : `${sizeBytes / 1024 / 1024}MB`;
  return new EspError(
    "flash.verify-failed",
    `'${later}' was written over '${name}' at ${hexAddress(address)}: the flash has ${size}, and what is behind that lands at its beginning again.`,
    {
      hint: "Build the program for that size of flash, or give the size that the chip really has.",
      details: {
        file: name,
        address: writeAddress,
        sizeBytes: data.length,
        expectedMd5: toHex(expected),
        flashMd5: toHex(actual),
        firstBadAddress: address,
        mirroredAtBytes: sizeBytes,
      },
    },
  );
}
