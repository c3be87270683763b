import { type Check, optional, orNull } from "../check/check.ts";
import { checkSize, wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { oneOf } from "../check/words.ts";
import { checkChipId, chipEntry } from "../chip/chip-index.ts";
import type { ChipId } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import { checkManifest } from "./check-manifest.ts";
import type { InstallManifest, ManifestBuild, SerialType } from "./install-manifest.ts";
import { invalid } from "./read-fields.ts";

/** What decides about builds. */
export interface InstallTarget {
  readonly chip: ChipId;
  readonly serialType: SerialType;
  /** Major x 100 + minor; null: it could not be read. */
  readonly revision: number | null;
  readonly flashBytes: number | null;
  /** Null: nothing tells, as of memory outside of the package. */
  readonly psramBytes: number | null;
}

/** Why a build is none for a chip; `unknown`: what it asks for could not be found out, so a person has to say. */
export type Misfit = "other-chip" | "other-port" | "revision" | "flash-size" | "psram-size" | "unknown" | "invalid";

export interface BuildChoice {
  readonly build: ManifestBuild;
  /** All builds in their order, with why not; null: it fits. */
  readonly builds: readonly { readonly build: ManifestBuild; readonly misfit: Misfit | null }[];
}

const MB = 0x10_0000;
const ESPRESSIF_VENDOR_ID = 0x303a;

const checkTarget: Check<InstallTarget> = shape<InstallTarget>({
  chip: checkChipId,
  serialType: oneOf<SerialType>(["cdc", "uart"]),
  revision: orNull(wholeNumber(0, 0xffff)),
  flashBytes: orNull(checkSize),
  psramBytes: orNull(checkSize),
});

const checkUsbIds: Check<{ readonly usbVendorId?: number | undefined }> = shape<{
  readonly usbVendorId?: number | undefined;
}>({ usbVendorId: optional(wholeNumber(0, 0xffff)) });

/**
 * How a chip is connected, by the ids of the port. Everything of Espressif's own is `cdc`, whatever its product id: ESP
 * Web Tools knows five of these ids, and more have come since.
 */
export function serialTypeOf(port: { readonly usbVendorId?: number | undefined }): SerialType {
  return checkUsbIds(port, "port").usbVendorId === ESPRESSIF_VENDOR_ID ? "cdc" : "uart";
}

/**
 * The build for a chip: of those for its kind of port, else of those for every port, the one that asks for most of what
 * the chip has (flash, PSRAM, revision), and of equal ones the first. `index` is a person's choice among those that fit, or
 * may. Throws `manifest.not-supported` with `details.families`, and `manifest.invalid` where what fits is wrong in itself.
 */
export function chooseInstallBuild(
  manifest: InstallManifest,
  target: InstallTarget,
  options: { readonly index?: number | undefined } = {},
): BuildChoice {
  const { builds } = checkManifest(manifest, "manifest");
  const wanted = checkTarget(target, "target");
  const { index } = shape<{ readonly index?: number | undefined }>({ index: optional(wholeNumber(0)) })(
    options,
    "options",
  );
  const own = builds.filter(({ chip }) => chip === wanted.chip);
  const isExact = own.some(({ serialType }) => serialType === wanted.serialType);
  const judged = builds.map((build) => ({ build, misfit: misfitOf(build, wanted, isExact) }));
  if (index !== undefined) return { build: chosen(judged, index), builds: judged };
  const fitting = judged.filter(({ misfit }) => misfit === null).map(({ build }) => build);
  const [best] = fitting.length > 0 ? fitting.sort(byDemand) : unknownOf(judged);
  if (best !== undefined) return { build: best, builds: judged };
  const broken = own.find(({ problem }) => problem !== null);
  if (broken?.problem !== undefined && broken.problem !== null) throw brokenBuild(broken.problem);
  throw notSupported(judged, wanted);
}

type Judged = BuildChoice["builds"][number];

function unknownOf(judged: readonly Judged[]): ManifestBuild[] {
  return judged.filter(({ misfit }) => misfit === "unknown").map(({ build }) => build);
}

function misfitOf(build: ManifestBuild, target: InstallTarget, isExact: boolean): Misfit | null {
  if (build.chip !== target.chip) return "other-chip";
  if (build.problem !== null) return "invalid";
  if (build.serialType !== (isExact ? target.serialType : null)) return "other-port";
  const verdicts = [
    enough(build.minRevision, target.revision, "revision"),
    enough(build.flashSizeMB === null ? null : build.flashSizeMB * MB, target.flashBytes, "flash-size"),
    enough(build.psramSizeMB === null ? null : build.psramSizeMB * MB, target.psramBytes, "psram-size"),
  ];
  return verdicts.find((verdict) => verdict !== null && verdict !== "unknown") ?? verdicts.find(Boolean) ?? null;
}

function enough(wanted: number | null, there: number | null, otherwise: Misfit): Misfit | null {
  if (wanted === null || wanted === 0) return null;
  if (there === null) return "unknown";
  return there >= wanted ? null : otherwise;
}

/** The sort of arrays keeps the order of equal ones. */
function byDemand(left: ManifestBuild, right: ManifestBuild): number {
  const demands = ({ flashSizeMB, psramSizeMB, minRevision }: ManifestBuild): number[] => [
    flashSizeMB ?? 0,
    psramSizeMB ?? 0,
    minRevision ?? 0,
  ];
  const [mine, other] = [demands(left), demands(right)];
  const at = mine.findIndex((demand, place) => demand !== other[place]);
  return at < 0 ? 0 : (other[at] ?? 0) - (mine[at] ?? 0);
}

function chosen(judged: readonly Judged[], index: number): ManifestBuild {
  const found = judged[index];
  if (found === undefined)
    throw new EspError("argument.invalid", `The manifest has no build ${index}.`, {
      hint: `It has ${judged.length}, counted from 0.`,
      details: { index, count: judged.length },
    });
  const { build, misfit } = found;
  if (build.problem !== null) throw brokenBuild(build.problem);
  if (misfit !== null && misfit !== "unknown")
    throw new EspError("manifest.not-supported", `Build ${index + 1} of the manifest is not for this chip.`, {
      hint: "Choose one that is.",
      details: { index, misfit, families: [build.chipFamily] },
    });
  return build;
}

function brokenBuild(problem: string): EspError {
  return invalid("the build for this chip", `cannot be used: ${problem.replace(/\.$/, "")}`);
}

const MISFIT_WORDS: Readonly<Partial<Record<Misfit, string>>> = {
  "other-port": "is for the other kind of port",
  revision: "needs a later revision of the chip",
  "flash-size": "needs more flash",
  "psram-size": "needs more PSRAM",
};

function notSupported(judged: readonly Judged[], { chip }: InstallTarget): EspError {
  const { name } = chipEntry(chip);
  const families = [...new Set(judged.map(({ build }) => build.chipFamily).filter((family) => family !== ""))];
  const near = judged.find(({ build, misfit }) => build.chip === chip && misfit !== null && misfit in MISFIT_WORDS);
  const why = near?.misfit === undefined || near.misfit === null ? "" : `: what it has ${MISFIT_WORDS[near.misfit]}`;
  return new EspError("manifest.not-supported", `This firmware has nothing for this ${name}${why}.`, {
    hint: families.length === 0 ? "The manifest has no builds." : `It is made for ${families.join(", ")}.`,
    details: { chip, families, misfit: near?.misfit ?? "other-chip" },
  });
}
