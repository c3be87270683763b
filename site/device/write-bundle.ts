import {
  type BundleFile,
  type FlashBundle,
  type FlashPlan,
  type PlanFlashOptions,
  planFlash,
  readFlashBundle,
} from "../../src/bundle.ts";
import {
  type ChipId,
  EspError,
  eraseRegion,
  type FileToWrite,
  isEspError,
  isFlashEncrypted,
  type Session,
  type WriteFlashResult,
  writeFlash,
} from "../../src/index.ts";
import type { InstallState, trackInstall } from "../../src/install.ts";
import type { Partition } from "../../src/partition.ts";
import type { DroppedTree } from "./dropped-tree.ts";

/**
 * What was dropped wants in flash; where it is for several chips, or does not say for which, what the chip of the board does.
 * Throws as `readFlashBundle`.
 */
export async function bundleOf({ tree, path }: DroppedTree, chip: ChipId | undefined): Promise<FlashBundle> {
  try {
    return await readFlashBundle(tree, { path });
  } catch (error) {
    const isOpen = isEspError(error, "bundle.ambiguous") || isEspError(error, "bundle.unknown");
    if (chip !== undefined && isOpen) return await readFlashBundle(tree, { path, chip });
    throw error;
  }
}

/** What a write would do, or why it cannot. */
export function planFor(
  bundle: FlashBundle,
  options: PlanFlashOptions,
): { readonly plan: FlashPlan; readonly error: null } | { readonly plan: null; readonly error: EspError } {
  try {
    return { plan: planFlash(bundle, options), error: null };
  } catch (error) {
    if (isEspError(error)) return { plan: null, error };
    throw error;
  }
}

interface BundleWrite {
  readonly bundle: FlashBundle;
  readonly plan: FlashPlan;
  readonly signal: AbortSignal;
}

/** Writes what the plan says, and has the chip prove it. Throws as `writeFlash` and `eraseRegion`, and `partition.no-table`. */
export async function writeBundle(session: Session, { bundle, plan, signal }: BundleWrite): Promise<WriteFlashResult> {
  const encrypts = plan.files.some(({ encrypted }) => encrypted) && (await isFlashEncrypted(session));
  const files = filesOf(plan).map((file) => ({ ...file, encrypted: file.encrypted && encrypts }));
  for (const { address, sizeBytes } of plan.erase) await eraseRegion(session, { address, sizeBytes }, { signal });
  const { mode, frequency, size } = bundle.settings;
  return await writeFlash(session, files, { flashMode: mode, flashFrequency: frequency, flashSize: size, signal });
}

function filesOf(plan: FlashPlan): (FileToWrite & { readonly encrypted: boolean })[] {
  return plan.files.map((file) => ({
    address: addressOf(file),
    data: file.data,
    name: file.path,
    encrypted: file.encrypted,
  }));
}

/** What a write has left on the board, as its events tell. */
export type WriteState = InstallState;
export type WriteTrack = ReturnType<typeof trackInstall>;

/** To be told the events of a write. Throws `partition.no-table`. */
export async function trackWrite({ settings }: FlashBundle, plan: FlashPlan): Promise<WriteTrack> {
  const { trackInstall: track } = await import("../../src/install.ts");
  return track({ erase: "keep-settings", files: filesOf(plan), eraseRanges: [], settings });
}

/** A bundle whose application, where it comes without a place, goes to where the board's program is. */
export function placedAt(bundle: FlashBundle, started: Partition | null): FlashBundle {
  if (started === null) return bundle;
  const { name, address, sizeBytes } = started;
  const files = bundle.files.map((file) =>
    file.address === null && file.role === "app" && file.data.length <= sizeBytes
      ? { ...file, address, partition: name }
      : file,
  );
  return { ...bundle, files };
}

function addressOf({ address, path }: BundleFile): number {
  if (address !== null) return address;
  throw new EspError(
    "partition.no-table",
    `Nothing says where '${path}' goes: the board has no partition for it, or too small a one.`,
    {
      hint: "Flash the build with its partition table first.",
    },
  );
}
