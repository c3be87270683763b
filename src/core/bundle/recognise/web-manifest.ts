import { EspError } from "../../errors.ts";
import type { ManifestBuild } from "../../manifest/install-manifest.ts";
import { readManifest } from "../../manifest/parse-manifest.ts";
import { partDamage } from "../../manifest/part-damage.ts";
import { filesOfParts, type PartFile } from "../contents/manifest-parts.ts";
import type { Draft } from "../draft.ts";
import type { BundleProblem } from "../flash-bundle.ts";
import { record } from "../format/settings.ts";
import { folderOf, insidePath, joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";

/** A manifest of ESP Web Tools: one candidate a build (fact sheet build-outputs 1.7). */
export const findWebManifest: FindBuilds = (tree, folder) => manifestBuilds(tree, joined(folder, "manifest.json"));

export async function manifestBuilds(tree: TreeReader, path: string): Promise<readonly Candidate[]> {
  if (!(await tree.hasFile(path))) return [];
  const value = await tree.json(path);
  // Other things have manifests of this name, too.
  if (!Array.isArray(record(value)["builds"])) return [];
  const { builds } = readManifest(value);
  return builds.flatMap((build): Candidate[] =>
    build.chip === null
      ? []
      : [{ kind: "web-manifest", path, chip: build.chip, read: () => readBuild(tree, path, build) }],
  );
}

async function readBuild(tree: TreeReader, path: string, build: ManifestBuild): Promise<Draft> {
  if (build.problem !== null)
    throw new EspError("bundle.invalid", `'${path}': ${build.problem}`, {
      hint: "Each part has a path, and an offset or a partition.",
      details: { file: path },
    });
  const folder = folderOf(path);
  const parts: PartFile[] = [];
  const damages: BundleProblem[] = [];
  for (const part of build.parts) {
    const inside = insidePath(folder, part.path);
    const data = await tree.read(inside);
    const damage = data === null ? null : await partDamage(part, data);
    if (damage !== null) damages.push(damaged(inside, damage));
    parts.push({ part, path: inside, data });
  }
  const { files, problems } = filesOfParts(parts, { source: path, before: null });
  return {
    kind: "web-manifest",
    folder,
    chip: build.chip,
    files,
    settings: build.flash,
    elfFiles: [],
    facts: [{ what: "files, addresses, chip", from: path }],
    problems: [...problems, ...damages],
    howToBuild: "Get the release again.",
  };
}

function damaged(path: string, damage: string): BundleProblem {
  return {
    level: "error",
    code: "download.damaged",
    message: `'${path}' ${damage}.`,
    hint: "Get the release again.",
    path,
  };
}
