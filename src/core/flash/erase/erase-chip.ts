import { EspError, isEspError, throwIfAborted, toEspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import type { EraseTools } from "./erase-tools.ts";

/**
 * Erasing the whole flash, and what is refused to who erases. A page that writes loads this only for who wants to have all
 * erased before, and gives it what it shares with the rest of the page.
 */

export interface EraseResult {
  readonly elapsedMs: number;
}

/** The flash is attached already. Throws `stub.required`, `chip.secure-download`, `flash.security-active`, `flash.erase-failed`, `link.*`. */
export async function eraseChip(session: LiveSession, force: boolean, tools: EraseTools): Promise<EraseResult> {
  requireChipErase(session);
  await refuseErase(session, { region: null, force }, tools);
  const elapsed = tools.stopwatch(session);
  session.emit({ type: "erase.started", what: "chip", address: 0, sizeBytes: null, estimatedMs: null });
  await erasing(() => tools.sendChipErase(session));
  const elapsedMs = elapsed();
  session.emit({ type: "erase.done", what: "chip", elapsedMs });
  return { elapsedMs };
}

export async function erasing(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isEspError(error, "link.status")) throw error;
    throw new EspError("flash.erase-failed", `Erasing failed: ${toEspError(error).message}`, {
      hint: "The flash may be write-protected.",
      details: error.details,
      cause: error,
    });
  }
}

/** `region` null: the whole flash. Throws `flash.security-active`, `flash.guard-key-manager`. */
export async function refuseErase(
  session: LiveSession,
  { region, force }: { readonly region: { readonly address: number } | null; readonly force: boolean },
  { readSecurityFacts, loadSecurityRules }: EraseTools,
): Promise<void> {
  const { secureDownload } = session;
  const security = await readSecurityFacts(session);
  const rules = force ? null : await loadSecurityRules(security);
  throwIfAborted(session.link.signal);
  const refusal = rules?.guardErase({ security, secureDownload }, region) ?? null;
  if (refusal !== null) throw refusal;
}

/** Throws `stub.required`, and `chip.secure-download` where no stub can run. */
export function requireChipErase({ traits, secureDownload }: LiveSession): void {
  if (traits.canEraseFlash) return;
  if (!secureDownload) throw stubRequired("erase the whole flash");
  throw new EspError(
    "chip.secure-download",
    "In Secure Download Mode a chip cannot be told to erase its whole flash.",
    {
      hint: "Regions of flash can be erased.",
      remedies: ["erase-region"],
    },
  );
}

export function stubRequired(what: string): EspError {
  return new EspError("stub.required", `The ROM loader cannot ${what}.`, {
    hint: "Use the stub; some ROM loaders can erase regions.",
    remedies: ["use-stub", "erase-region"],
  });
}
