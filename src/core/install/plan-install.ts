// Room: an install as a web page does it: got, held against the chip, carried out, proved, seen to run.
// In: a manifest or its address, something that fetches, a session; a person's choice of what is kept.
// Out: a plan that can be told as consequences; flash that holds it, with what proves it; what the chip prints then.

import { filesOfParts } from "../bundle/contents/manifest-parts.ts";
import { holdsContents, holdsSettings, holdsUserSettings } from "../bundle/contents/settings-partitions.ts";
import { finishBundle } from "../bundle/finish/finish-bundle.ts";
import type { BundleFile, BundleProblem } from "../bundle/flash-bundle.ts";
import { type LostContents, planBundle } from "../bundle/plan-bundle.ts";
import { uncoveredRanges } from "../bundle/uncovered-ranges.ts";
import { hexAddress } from "../bytes/hex.ts";
import { checkBytes } from "../check/bytes.ts";
import { type Check, optional, orNull } from "../check/check.ts";
import { checkSize, wholeNumber } from "../check/numbers.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { anything, checkBoolean, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { checkChipId } from "../chip/chip-index.ts";
import { loadChip } from "../chip/load-chip.ts";
import { EspError } from "../errors.ts";
import type { EraseRefusals } from "../flash/erase/require-erasable.ts";
import type { FileToWrite } from "../flash/guard/file-to-write.ts";
import { guardWrite } from "../flash/guard/guard.ts";
import { judgeImages } from "../flash/guard/judge-images.ts";
import { recogniseContents } from "../image/recognise-contents.ts";
import { checkBuild, checkPart } from "../manifest/check-manifest.ts";
import type { ManifestBuild, ManifestFlashSettings, SerialType } from "../manifest/install-manifest.ts";
import type { Partition } from "../partition/table/partition.ts";
import type { InstallPart } from "./download-install.ts";
import { checkTable, type DeviceSecurity, type InstallDevice } from "./install-device.ts";

/**
 * What becomes of what is on the chip. `keep-settings`: nothing but the firmware is replaced. `erase-settings`: what the
 * firmware has stored of its user goes, too. `erase-all`: everything.
 */
export type EraseChoice = (typeof ERASE_CHOICES)[number];
export const ERASE_CHOICES = ["keep-settings", "erase-settings", "erase-all"] as const;

/** What is to be installed. */
export interface InstallSource {
  readonly build: ManifestBuild;
  readonly parts: readonly InstallPart[];
  /** Partitions that are kept as settings are: `preserve` of the manifest. */
  readonly preserve: readonly string[];
}

export interface ErasedRange {
  /** Of the partition. */
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
}

/** What an install does, decided and printable before anything is touched. */
export interface InstallPlan {
  readonly erase: EraseChoice;
  readonly files: readonly FileToWrite[];
  /** After the files: what of settings none of them covers. */
  readonly eraseRanges: readonly ErasedRange[];
  /** Partitions with contents that stay as they are. */
  readonly kept: readonly string[];
  readonly lost: readonly LostContents[];
  /** The table on the chip could be read: what is kept and lost is said by it. */
  readonly isBoardKnown: boolean;
  readonly settings: ManifestFlashSettings;
  readonly totalBytes: number;
  readonly warnings: readonly BundleProblem[];
}

const checkSource: Check<InstallSource> = shape<InstallSource>({
  build: checkBuild,
  parts: listOf(shape<InstallPart>({ part: checkPart, path: checkText, data: checkBytes })),
  preserve: listOf(checkText),
});
const checkRefusal: Check<EspError> = hasParts<EspError>("an EspError", { code: anything, message: checkText });
const checkDevice: Check<InstallDevice> = shape<InstallDevice>({
  chip: checkChipId,
  serialType: oneOf<SerialType>(["cdc", "uart"]),
  revision: orNull(wholeNumber(0, 0xffff)),
  flashBytes: orNull(checkSize),
  psramBytes: orNull(checkSize),
  partitions: checkTable,
  refusals: optional(shape<EraseRefusals>({ all: orNull(checkRefusal), regions: orNull(checkRefusal) })),
  security: optional(
    shape<DeviceSecurity>({ secureBoot: checkBoolean, flashEncryption: checkBoolean, secureDownload: checkBoolean }),
  ),
});
const checkChoice: Check<{ readonly erase: EraseChoice }> = shape<{ readonly erase: EraseChoice }>({
  erase: oneOf(ERASE_CHOICES),
});

/**
 * Holds the parts of a build against the chip, and says what writing them does. Nothing is touched. Throws the first thing
 * that speaks against it: `image.*`, `flash.overlap`, `flash.does-not-fit`, `partition.*`, `bundle.*`; and what the chip would
 * refuse to erase: `flash.security-active`, `flash.out-of-range`, `stub.required`, `chip.secure-download`.
 */
export async function planInstall(
  source: InstallSource,
  device: InstallDevice,
  options: { readonly erase: EraseChoice },
): Promise<InstallPlan> {
  const { build, parts, preserve } = checkSource(source, "source");
  const { chip, partitions: before, revision, flashBytes, refusals } = checkDevice(device, "device");
  const { erase } = checkChoice(options, "options");
  const { files, problems } = filesOfParts(parts, { source: "the manifest", before });
  const bundle = finishBundle({
    kind: "web-manifest",
    folder: "",
    chip,
    files,
    settings: build.flash,
    elfFiles: [],
    facts: [],
    problems,
    howToBuild: "The maker of the page has to mend the firmware or its manifest.",
  });
  const table = bundle.partitions ?? before;
  if (erase === "erase-settings" && table === null) throw unknownSettings();
  const isKept = keptBy(table ?? [], preserve);
  const marked = bundle.files.map((file) => (isKept(file) ? { ...file, use: "settings" as const } : file));
  const plan = planBundle(
    { ...bundle, files: marked },
    { overwriteAll: erase !== "keep-settings", ...(before !== null && { before }) },
  );
  const written = withOwnNames(plan.files.map(toWrite));
  const facts = await writeFacts({ chip, revision, flashBytes });
  const { refusal: images } = await judgeImages(written, facts);
  const refusal = guardWrite(written, facts, { force: false, rules: null, images });
  if (refusal !== null) throw refusal;
  const contents = (before ?? []).filter(holdsContents);
  const lost = erase === "erase-all" ? contents.map(({ name }) => ({ name, why: "erased" as const })) : plan.lost;
  const ranges = erase === "erase-settings" ? rangesToErase(table ?? [], preserve, written, flashBytes) : [];
  const cannot = erase === "erase-all" ? refusals?.all : ranges.length > 0 ? refusals?.regions : null;
  if (cannot) throw cannot;
  const gone = new Set([...lost, ...ranges].map(({ name }) => name));
  return {
    erase,
    files: written,
    eraseRanges: ranges,
    kept: contents.map(({ name }) => name).filter((name) => !gone.has(name)),
    lost: [...lost, ...erasedToo(ranges, lost)],
    isBoardKnown: before !== null,
    settings: build.flash,
    totalBytes: written.reduce((sum, { data }) => sum + data.length, 0),
    warnings: plan.warnings,
  };
}

/** Files that lie where a board keeps its settings, or where the manifest says that something is to be kept. */
function keptBy(partitions: readonly Partition[], preserve: readonly string[]): (file: BundleFile) => boolean {
  const places = partitions.filter((one) => holdsSettings(one) || preserve.includes(one.name));
  return ({ address }) =>
    address !== null && places.some((place) => address >= place.address && address < place.address + place.sizeBytes);
}

function toWrite({ address, data, path, partition, encrypted }: BundleFile): FileToWrite {
  const place = address ?? 0;
  const name = partition === null || path.includes(partition) ? path : `${path} (${partition})`;
  return { address: place, data, name, ...(encrypted && { encrypted }) };
}

/** By names it is told what is written and proved, so two files of one name get their addresses to it. */
function withOwnNames(files: readonly FileToWrite[]): FileToWrite[] {
  const isRepeated = (name: string | undefined): boolean => files.filter((file) => file.name === name).length > 1;
  return files.map((file) =>
    isRepeated(file.name) ? { ...file, name: `${file.name} (0x${file.address.toString(16)})` } : file,
  );
}

/** What decides before the chip is asked for its security; `writeFlash` asks, before it erases. */
async function writeFacts({ chip, revision, flashBytes }: Pick<InstallDevice, "chip" | "revision" | "flashBytes">) {
  return {
    chip: await loadChip(chip),
    security: {
      flashEncryption: false,
      manualEncryptDisabled: false,
      secureBoot: false,
      secureBootV1: false,
      keyManager: false,
    },
    revision,
    secureDownload: false,
    limitBytes: flashBytes,
    loaderBytes: null,
    reachesBeyond16MiB: true,
    recognise: recogniseContents,
  };
}

/** The sectors of settings on which no file comes to lie. */
function rangesToErase(
  partitions: readonly Partition[],
  preserve: readonly string[],
  files: readonly FileToWrite[],
  flashBytes: number | null,
): ErasedRange[] {
  const places = partitions.filter((one) => holdsUserSettings(one) || preserve.includes(one.name));
  const [beyond] = places.filter(({ address, sizeBytes }) => flashBytes !== null && address + sizeBytes > flashBytes);
  // Left out in silence it would count as erased.
  if (beyond !== undefined) throw beyondFlash(beyond, flashBytes);
  return places.flatMap((place) => uncoveredRanges(place, files).map((gap) => ({ name: place.name, ...gap })));
}

function beyondFlash({ name, address, sizeBytes }: Partition, flashBytes: number | null): EspError {
  return new EspError(
    "flash.out-of-range",
    `The partition '${name}', where settings are kept, ends at ${hexAddress(address + sizeBytes)}, behind the end of the flash at ${hexAddress(flashBytes ?? 0)}.`,
    {
      hint: "The partition table is for a board with more flash. Erase everything, which the settings are a part of.",
      details: { address, sizeBytes, flashBytes },
    },
  );
}

/** To say that settings are erased where nobody knows where they are would be a lie. */
function unknownSettings(): EspError {
  return new EspError("partition.no-table", "Neither the firmware nor the board says where settings are kept.", {
    hint: "Erase everything, which the settings are a part of.",
  });
}

function erasedToo(ranges: readonly ErasedRange[], lost: readonly LostContents[]): LostContents[] {
  const names = new Set(ranges.map(({ name }) => name).filter((name) => !lost.some((one) => one.name === name)));
  return [...names].map((name) => ({ name, why: "erased" }));
}
