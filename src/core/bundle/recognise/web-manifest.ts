import { chipNameKey, findChip } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { recognise } from "../contents/contents.ts";
import { splitMerged } from "../contents/split-merged.ts";
import type { Draft, DraftFile } from "../draft.ts";
import { KEEP_SETTINGS } from "../flash-bundle.ts";
import { offsetOf, record, text } from "../format/settings.ts";
import { folderOf, insidePath, joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";

/** A manifest of ESP Web Tools: one candidate a chip (fact sheet build-outputs 1.7). */
export const findWebManifest: FindBuilds = (tree, folder) => manifestBuilds(tree, joined(folder, "manifest.json"));

const MOST_BUILDS = 100;

export async function manifestBuilds(tree: TreeReader, path: string): Promise<readonly Candidate[]> {
  if (!(await tree.hasFile(path))) return [];
  const { builds } = record(await tree.json(path));
  if (!Array.isArray(builds)) return [];
  return builds.slice(0, MOST_BUILDS).flatMap((value: unknown): Candidate[] => {
    const build = record(value);
    const chip = findChip(chipNameKey(text(build["chipFamily"]) ?? ""))?.id ?? null;
    if (chip === null || !Array.isArray(build["parts"])) return [];
    const parts: readonly unknown[] = build["parts"];
    return [{ kind: "web-manifest", path, chip, read: () => readBuild(tree, path, { chip, parts }) }];
  });
}

async function readBuild(
  tree: TreeReader,
  path: string,
  { chip, parts }: { readonly chip: ChipId; readonly parts: readonly unknown[] },
): Promise<Draft> {
  const folder = folderOf(path);
  const files: DraftFile[] = [];
  for (const part of parts.slice(0, MOST_BUILDS)) {
    const { path: written, offset } = record(part);
    const address = offsetOf(offset);
    if (address === null || typeof written !== "string") throw invalid(path);
    const inside = insidePath(folder, written);
    const data = await tree.read(inside);
    const merged = data === null ? null : recognise(data).merged;
    if (data !== null && merged !== null && merged.address === address && parts.length === 1)
      files.push(...splitMerged(inside, data, merged));
    else files.push({ name: null, role: null, path: inside, address, data, source: path });
  }
  return {
    kind: "web-manifest",
    folder,
    chip,
    files,
    settings: KEEP_SETTINGS,
    elfFiles: [],
    facts: [{ what: "files, addresses, chip", from: path }],
    problems: [],
    howToBuild: "Get the release again.",
  };
}

function invalid(path: string): EspError {
  return new EspError("bundle.invalid", `'${path}' has a part without a path or an offset.`, {
    hint: "Each part has a path and an offset.",
    details: { file: path },
  });
}
