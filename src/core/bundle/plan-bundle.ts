import { closestName } from "../check/closest-name.ts";
import { EspError } from "../errors.ts";
import { overlapError, type PlacedFile } from "../image/overlap.ts";
import type { Partition } from "../partition/table/partition.ts";
import { holdsContents } from "./contents/settings-partitions.ts";
import type { BundleFile, BundleProblem, FlashBundle } from "./flash-bundle.ts";

export interface PlanFlashOptions {
  /** Only files of these names, roles or partitions. */
  readonly only?: readonly string[] | undefined;
  /** Also what would replace the settings of a board. */
  readonly overwriteAll?: boolean | undefined;
  /** The table that is on the chip, where it is known. */
  readonly before?: readonly Partition[] | undefined;
  /** Partitions that are erased. */
  readonly erase?: readonly string[] | undefined;
}

export interface LeftUntouched {
  readonly name: string;
  readonly why: "no-file" | "not-chosen" | "settings" | "on-request";
}

export interface LostContents {
  readonly name: string;
  readonly why: "written" | "moved" | "erased";
}

/** What a write of a bundle does, decided and printable before a chip is touched. */
export interface FlashPlan {
  readonly files: readonly BundleFile[];
  readonly erase: readonly Partition[];
  readonly left: readonly LeftUntouched[];
  /** Contents of partitions for data that will not be there afterwards. */
  readonly lost: readonly LostContents[];
  readonly warnings: readonly BundleProblem[];
}

/** `planFlash` of a bundle that was checked, or made here. Throws as it does. */
export function planBundle(bundle: FlashBundle, options: PlanFlashOptions): FlashPlan {
  const { files, problems, partitions, ...rest } = bundle;
  const { only, overwriteAll = false, before = null, erase = [] } = options;
  const chosen = only === undefined ? null : chosenFiles(files, only);
  const isWritten = (file: BundleFile): boolean =>
    chosen === null ? file.use === "always" || (file.use === "settings" && overwriteAll) : chosen.has(file);
  const written = files.filter(isWritten);
  const mine = new Set(written.map(({ path }) => path));
  // What is missing has no file; with a choice among those that are there it does not matter.
  const all = new Set(files.map(({ path }) => path));
  const concerns = ({ path }: BundleProblem): boolean =>
    path === null || mine.has(path) || (!all.has(path) && chosen === null);
  const [first] = problems.filter((problem) => problem.level === "error" && concerns(problem));
  if (first !== undefined) throw problemError(first);
  const overlap = overlapError(written.flatMap(placed));
  if (overlap !== null) throw overlap;
  const erased = erase.map((name) => partitionCalled(partitions ?? before ?? [], name));
  if (written.length === 0 && erased.length === 0) {
    throw new EspError("bundle.unknown", "There is nothing to write.", {
      hint: "Look at which files are chosen.",
      details: { folder: rest.folder },
    });
  }
  return {
    files: written,
    erase: erased,
    left: untouched({ files, partitions }, { written, chosen: chosen !== null, erased }),
    lost: lostContents({ partitions, before }, written, erased),
    warnings: problems.filter((problem) => problem.level === "warning" && concerns(problem)),
  };
}

function placed({ address, data, path }: BundleFile): PlacedFile[] {
  return address === null ? [] : [{ address, data, name: path }];
}

function problemError({ code, message, hint, path }: BundleProblem): EspError {
  return new EspError(code, message, { ...(hint !== undefined && { hint }), details: { file: path } });
}

function chosenFiles(files: readonly BundleFile[], only: readonly string[]): ReadonlySet<BundleFile> {
  const chosen = new Set<BundleFile>();
  for (const word of only) {
    const found = files.filter(({ name, role, partition }) => [name, role, partition].includes(word));
    if (found.length === 0) throw noSuch(word, [...new Set(files.map(({ name }) => name))], "file");
    for (const file of found) chosen.add(file);
  }
  return chosen;
}

function partitionCalled(partitions: readonly Partition[], name: string): Partition {
  const found = partitions.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw noSuch(
    name,
    partitions.map((one) => one.name),
    "partition",
  );
}

function noSuch(word: string, names: readonly string[], what: string): EspError {
  const near = closestName(word, names);
  return new EspError("partition.missing", `The build has no ${what} '${word}'.`, {
    hint: `${near === null ? "" : `Did you mean ${near}? `}There is ${names.join(", ") || "none"}.`,
    details: { reference: word, names },
  });
}

function untouched(
  { files, partitions }: Pick<FlashBundle, "files" | "partitions">,
  plan: { readonly written: readonly BundleFile[]; readonly chosen: boolean; readonly erased: readonly Partition[] },
): LeftUntouched[] {
  const { written, chosen, erased } = plan;
  const left: LeftUntouched[] = [];
  const skipped = files.filter((file) => !written.includes(file));
  for (const { name, use } of skipped) {
    const why = chosen ? "not-chosen" : use === "settings" ? "settings" : "on-request";
    left.push({ name, why });
  }
  for (const { name, address, sizeBytes } of partitions ?? []) {
    const isTouched = files.some((file) => touches(file, { address, sizeBytes }));
    if (!isTouched && !erased.some((one) => one.name === name)) left.push({ name, why: "no-file" });
  }
  return left;
}

function touches(
  file: BundleFile,
  { address, sizeBytes }: { readonly address: number; readonly sizeBytes: number },
): boolean {
  const start = file.address;
  return start !== null && start < address + sizeBytes && address < start + file.data.length;
}

function lostContents(
  {
    partitions,
    before,
  }: { readonly partitions: readonly Partition[] | null; readonly before: readonly Partition[] | null },
  written: readonly BundleFile[],
  erased: readonly Partition[],
): LostContents[] {
  const lost: LostContents[] = erased.map(({ name }) => ({ name, why: "erased" }));
  const known = new Set(erased.map(({ name }) => name));
  const changesTable = written.some(({ role }) => role === "partition-table");
  for (const partition of (before ?? partitions ?? []).filter(holdsContents)) {
    const { name } = partition;
    if (known.has(name)) continue;
    if (written.some((file) => touches(file, partition))) lost.push({ name, why: "written" });
    else if (before !== null && changesTable && partitions !== null && !isKept(partition, partitions))
      lost.push({ name, why: "moved" });
  }
  return lost;
}

function isKept(partition: Partition, partitions: readonly Partition[]): boolean {
  const { name, address, sizeBytes, type } = partition;
  return partitions.some(
    (one) => one.name === name && one.address === address && one.sizeBytes === sizeBytes && one.type === type,
  );
}
