import {
  type BundleFile,
  type FlashBundle,
  type FlashPlan,
  type PlanFlashOptions,
  planFlash,
  readFlashBundle,
  uncoveredRanges,
} from "../../src/bundle.ts";
import { type ChipId, EspError, type FileToWrite, isEspError, type Session } from "../../src/index.ts";
import type { InstallResult, InstallState, PlannedInstall, trackInstall } from "../../src/install.ts";
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

/**
 * Writes what the plan says, has the chip prove it, and erases what is to go and no file lies on. Everything that speaks
 * against any of it is looked at before the first change. Throws as `runInstall`, and `partition.no-table`.
 */
export async function writeBundle(session: Session, { bundle, plan, signal }: BundleWrite): Promise<InstallResult> {
  const { runInstall } = await import("../../src/install.ts");
  return await runInstall(session, plannedWrite(bundle, plan), { signal });
}

function plannedWrite({ settings }: FlashBundle, plan: FlashPlan): PlannedInstall {
  const files = filesOf(plan);
  const eraseRanges = plan.erase.flatMap((one) =>
    uncoveredRanges(one, files).map((gap) => ({ name: one.name, ...gap })),
  );
  return { erase: "keep-settings", files, eraseRanges, settings };
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
export async function trackWrite(bundle: FlashBundle, plan: FlashPlan): Promise<WriteTrack> {
  const { trackInstall: track } = await import("../../src/install.ts");
  return track(plannedWrite(bundle, plan));
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
