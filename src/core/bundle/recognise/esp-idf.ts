import { findChip } from "../../chip/catalog.ts";
import type { Draft, DraftFile } from "../draft.ts";
import type { BundleFact, BundleFileRole, BundleProblem } from "../flash-bundle.ts";
import { type FlasherFile, parseFlasherArgs } from "../format/flasher-args.ts";
import { record, text } from "../format/settings.ts";
import { insidePath, joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";

const ARGS = "flasher_args.json";
const DESCRIPTION = "project_description.json";
const HOW_TO_BUILD = "Run idf.py build.";

/** The folder itself, else `build`, else any other folder in it (fact sheet build-outputs 1.1). */
export const findEspIdf: FindBuilds = async (tree, folder) => {
  // Of a folder of PlatformIO these files are by the way.
  if (await tree.hasFile(joined(folder, "partitions.bin"))) return [];
  const usual = joined(folder, "build");
  for (const one of [folder, usual]) if (await tree.hasFile(joined(one, ARGS))) return [candidate(tree, one)];
  const found: Candidate[] = [];
  for (const name of await tree.folders(folder)) {
    const one = joined(folder, name);
    if (await tree.hasFile(joined(one, ARGS))) found.push(candidate(tree, one));
  }
  return found;
};

function candidate(tree: TreeReader, folder: string): Candidate {
  return { kind: "esp-idf", path: folder, read: () => readEspIdf(tree, folder) };
}

async function readEspIdf(tree: TreeReader, folder: string): Promise<Draft> {
  const path = joined(folder, ARGS);
  const args = parseFlasherArgs(await tree.json(path));
  const about = record(await tree.json(joined(folder, DESCRIPTION)));
  const target = findChip(text(about["target"]) ?? "")?.id ?? null;
  const facts: BundleFact[] = [{ what: "files, addresses, settings", from: path }];
  const problems: BundleProblem[] = args.unreadable.map((offset) => ({
    level: "error",
    code: "bundle.invalid",
    message: `'${path}' has a file at '${offset}', which is no address.`,
    hint: HOW_TO_BUILD,
    path,
  }));
  if (args.chip !== null && target !== null && args.chip !== target) {
    const message = `'${path}' is for the ${args.chip}, and '${DESCRIPTION}' for the ${target}.`;
    problems.push({ level: "error", code: "bundle.invalid", message, hint: HOW_TO_BUILD, path });
  }
  const hasBootloader = args.files.some(({ name }) => name === "bootloader");
  if (!hasBootloader)
    facts.push({ what: "no bootloader: the build leaves it out, and so it stays as it is", from: path });
  const files: DraftFile[] = [];
  for (const file of args.files) files.push(await fileOf(tree, folder, path, file));
  const elf = text(about["app_elf"]);
  const elfPath = elf === null ? null : insidePath(folder, elf);
  const baud = Number(text(about["monitor_baud"]) ?? "");
  return {
    kind: "esp-idf",
    folder,
    chip: args.chip ?? target,
    files,
    settings: args.settings,
    leavesInLoader: args.leavesInLoader,
    elfFiles: elfPath !== null && (await tree.hasFile(elfPath)) ? [elfPath] : [],
    monitorBaud: Number.isInteger(baud) && baud > 0 && baud < 100_000_000 ? baud : null,
    facts,
    problems,
    howToBuild: HOW_TO_BUILD,
  };
}

const ROLES: Readonly<Record<string, BundleFileRole>> = {
  bootloader: "bootloader",
  "partition-table": "partition-table",
  app: "app",
  otadata: "ota-data",
};

async function fileOf(tree: TreeReader, folder: string, from: string, file: FlasherFile): Promise<DraftFile> {
  const path = insidePath(folder, file.path);
  const { name, address, encrypted } = file;
  const role = name === null ? null : (ROLES[name] ?? null);
  return { name, role, path, address, encrypted, data: await tree.read(path), source: from };
}
