import { type Check, optional, orNull } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean, checkText } from "../check/values.ts";
import { checkManifest } from "./check-manifest.ts";
import type { InstallManifest } from "./install-manifest.ts";

/** What the firmware on a chip says of itself. */
export interface RunningFirmware {
  readonly firmware: string;
  readonly version: string;
}

export interface InstallDecision {
  /** `update`: another version of the same firmware; `erase-and-install`: the same version anew. */
  readonly action: "install" | "update" | "erase-and-install";
  /** What happens to what is on the chip unless a person says otherwise. */
  readonly erase: "all" | "ask" | "none";
}

/** How long Improv is waited for; 0: not at all. */
export interface ImprovWaits {
  /** When a chip is connected. */
  readonly beforeMs: number;
  /** After an install. */
  readonly afterMs: number;
}

const BEFORE_MS = 1500;
const AFTER_MS = 10_000;

const checkRunning: Check<RunningFirmware | null> = orNull(
  shape<RunningFirmware>({ firmware: checkText, version: checkText }),
);

/** Pure. A manifest that says 0 seconds is not asked by Improv before the install either. */
export function improvWaits(manifest: InstallManifest): ImprovWaits {
  const { improvWaitSeconds: seconds } = checkManifest(manifest, "manifest");
  if (seconds === 0) return { beforeMs: 0, afterMs: 0 };
  return { beforeMs: BEFORE_MS, afterMs: seconds === null ? AFTER_MS : seconds * 1000 };
}

/**
 * What an install is, seen from what runs on the chip (null: nothing that says what it is). The same firmware is told by its
 * name, exactly, unless `isSame` says it. Pure.
 */
export function decideInstall(
  manifest: InstallManifest,
  running: RunningFirmware | null,
  options: { readonly isSame?: boolean | undefined } = {},
): InstallDecision {
  const { name, version, promptErase } = checkManifest(manifest, "manifest");
  const there = checkRunning(running, "running");
  const { isSame = there !== null && there.firmware === name } = shape<{ readonly isSame?: boolean | undefined }>({
    isSame: optional(checkBoolean),
  })(options, "options");
  if (there === null || !isSame) return { action: "install", erase: promptErase ? "ask" : "all" };
  return there.version === version
    ? { action: "erase-and-install", erase: "all" }
    : { action: "update", erase: "none" };
}
