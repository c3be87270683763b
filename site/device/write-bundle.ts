import {
  type FlashBundle,
  type FlashPlan,
  type PlanFlashOptions,
  planFlash,
  readFlashBundle,
  type Tree,
} from "../../src/bundle.ts";
import {
  EspError,
  eraseRegion,
  type FileToWrite,
  isEspError,
  isFlashEncrypted,
  type Session,
  type WriteFlashResult,
  writeFlash,
} from "../../src/index.ts";
import { type Partition, resolveRange } from "../../src/partition.ts";

/** What a folder or a file wants in flash. Throws as `readFlashBundle`. */
export async function bundleOf(tree: Tree, path: string): Promise<FlashBundle> {
  return await readFlashBundle(tree, { path });
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
  /** The table that is on the board. */
  readonly before: readonly Partition[] | null;
  readonly signal: AbortSignal;
}

/** Writes what the plan says, and has the chip prove it. Throws as `writeFlash`, `eraseRegion` and `resolveRange`. */
export async function writeBundle(
  session: Session,
  { bundle, plan, before, signal }: BundleWrite,
): Promise<WriteFlashResult> {
  const encrypts = plan.files.some(({ encrypted }) => encrypted) && (await isFlashEncrypted(session));
  const files: FileToWrite[] = plan.files.map((file) => ({
    address: file.address ?? applicationAddress(before, file.path),
    data: file.data,
    name: file.path,
    encrypted: file.encrypted && encrypts,
  }));
  for (const { address, sizeBytes } of plan.erase) await eraseRegion(session, { address, sizeBytes }, { signal });
  const { mode, frequency, size } = bundle.settings;
  return await writeFlash(session, files, { flashMode: mode, flashFrequency: frequency, flashSize: size, signal });
}

/** Where an application goes that comes without a table. */
function applicationAddress(before: readonly Partition[] | null, name: string): number {
  if (before !== null) return resolveRange(before, "app").address;
  throw new EspError("partition.no-table", `Nothing says where '${name}' goes: the board has no partition table.`, {
    hint: "Flash the build with its partition table first.",
  });
}
