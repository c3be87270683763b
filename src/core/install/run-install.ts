import { type Check, optional } from "../check/check.ts";
import { checkAddress, checkSize } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { anything, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import type { AbortSignalLike } from "../errors.ts";
import { throwIfAborted } from "../errors.ts";
import { eraseRegion } from "../flash/erase/erase.ts";
import { requireErasable } from "../flash/erase/require-erasable.ts";
import { checkFilesToWrite } from "../flash/guard/check-files.ts";
import { isFlashEncrypted } from "../flash/guard/is-flash-encrypted.ts";
import type { WrittenFile } from "../flash/write/write-file.ts";
import { type WriteFlashOptions, writeFlash } from "../flash/write/write-flash.ts";
import { loadPart } from "../load-part.ts";
import type { ManifestFlashSettings } from "../manifest/install-manifest.ts";
import type { Session } from "../session/session.ts";
import { ERASE_CHOICES, type ErasedRange, type InstallPlan } from "./plan-install.ts";

export interface RunInstallOptions {
  readonly signal?: AbortSignalLike | undefined;
}

export interface InstallResult {
  /** Each with what proves it. */
  readonly files: readonly WrittenFile[];
  readonly erased: readonly ErasedRange[];
}

/**
 * In Secure Download Mode nothing measures the flash, and a ROM that is told nothing takes it for 2 MB and refuses what lies
 * behind, in the middle of an install; the largest lets every address pass, and headers stay as they are (fact sheet 3.16).
 */
const UNMEASURED_SIZE = "16MB";

/** What carrying out takes of a plan. */
export type PlannedInstall = Pick<InstallPlan, "erase" | "files" | "eraseRanges" | "settings">;

const checkOptions: Check<RunInstallOptions> = shape<RunInstallOptions>({ signal: optional(checkSignal) });
export const checkPlan: Check<PlannedInstall> = shape<PlannedInstall>({
  erase: oneOf(ERASE_CHOICES),
  files: checkFilesToWrite,
  eraseRanges: listOf(shape<ErasedRange>({ name: checkText, address: checkAddress, sizeBytes: checkSize })),
  settings: shape<ManifestFlashSettings>({ mode: anything, frequency: checkText, size: checkText }),
});

/**
 * Carries out a plan: writes its files, has the chip prove each, and erases what of the settings is to go, which is last, so
 * that nothing is lost before all is checked and written; then each file is proved once more. It may be begun again after whatever broke it off. The session
 * stays; its events tell the progress. Throws as `writeFlash` and `eraseRegion`.
 */
export async function runInstall(
  session: Session,
  plan: PlannedInstall,
  options: RunInstallOptions = {},
): Promise<InstallResult> {
  const { erase, files, eraseRanges, settings } = checkPlan(plan, "plan");
  const { signal } = checkOptions(options, "options");
  // Begun, an install is not to find out that its end is not possible.
  await requireErasable(session, eraseRanges, { signal });
  const isMarked = files.some(({ encrypted }) => encrypted === true);
  const isEncrypted = isMarked && (await isFlashEncrypted(session));
  const given = isEncrypted ? files : files.map(({ encrypted: _encrypted, ...file }) => file);
  const isMeasured = settings.size === "keep" || settings.size === "detect";
  const writing: WriteFlashOptions = {
    flashMode: settings.mode,
    flashFrequency: settings.frequency,
    flashSize: isMeasured && session.secureDownload ? UNMEASURED_SIZE : settings.size,
    signal,
  };
  const proof = eraseRanges.length === 0 ? null : await loadProof();
  const written = await writeFlash(session, given, { ...writing, eraseAll: erase === "erase-all" });
  for (const { address, sizeBytes } of eraseRanges) {
    throwIfAborted(signal);
    await eraseRegion(session, { address, sizeBytes }, { signal });
  }
  const names = [...new Set(eraseRanges.map(({ name }) => `'${name}'`))].join(", ");
  await proof?.proveAgain(session, given, { ...writing, since: `what ${names} held was erased` });
  return { files: written.files, erased: eraseRanges };
}

/** Before anything is erased, as all that a write can need. Throws `package.part-missing`. */
async function loadProof(): Promise<typeof import("../flash/compare/prove-again.ts")> {
  return await loadPart("the proof that no file was erased", () => import("../flash/compare/prove-again.ts"));
}
