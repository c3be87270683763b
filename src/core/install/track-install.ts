import type { EspEvent } from "../events.ts";
import { checkPlan, type PlannedInstall } from "./run-install.ts";

/** How far an install has come; after a stop it says what is on the chip. */
export interface InstallState {
  /** Flash is another one than before: something was erased or written. */
  readonly isTouched: boolean;
  /** Names of files that are proved. */
  readonly written: readonly string[];
  /** Names of files that are written, of which nothing can be proved, as where the chip encrypts them. */
  readonly unproved: readonly string[];
  /** The file that was begun and not proved; null: none. */
  readonly unfinished: string | null;
  /** Names of files of which nothing was written. */
  readonly untouched: readonly string[];
}

/** Listens to the events of a session while a plan is carried out: give `onEvent` what `connect` is given. Pure. */
export function trackInstall(plan: PlannedInstall): { onEvent(event: EspEvent): void; state(): InstallState } {
  const names = checkPlan(plan, "plan").files.map(({ name, address }) => name ?? `0x${address.toString(16)}`);
  const written = new Set<string>();
  const unproved = new Set<string>();
  let begun: string | null = null;
  let isTouched = false;
  return {
    onEvent: (event) => {
      // Only after the end of a file another is begun, or what is left over erased.
      const isNext = event.type === "write.file" ? event.file !== begun : event.type === "erase.started";
      if (isNext && begun !== null) unproved.add(begun);
      if (isNext) begun = event.type === "write.file" ? event.file : null;
      if (event.type === "erase.started" || event.type === "write.erases" || event.type === "write.erasing")
        isTouched = true;
      if (event.type === "progress" && event.phase === "write" && event.done > 0) isTouched = true;
      // In a flash that is smaller than it says, by what was written or erased since it was proved.
      if (event.type === "verify.mismatched" && written.delete(event.file)) begun = event.file;
      const isProved =
        event.type === "verify.matched" || event.type === "write.skipped" || event.type === "write.unchanged";
      if (!isProved) return;
      written.add(event.file);
      if (begun === event.file) begun = null;
    },
    state: () => ({
      isTouched,
      written: names.filter((name) => written.has(name)),
      unproved: names.filter((name) => unproved.has(name)),
      unfinished: isTouched ? begun : null,
      untouched: names.filter((name) => !written.has(name) && !unproved.has(name) && !(isTouched && name === begun)),
    }),
  };
}
