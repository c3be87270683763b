import { findChip } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { chipsForFirmware } from "../../image/chips-for-firmware.ts";
import { readFirmwareFile } from "../../image/read-firmware-file.ts";
import { parseToml, type Toml } from "../format/toml.ts";
import { insidePath, joined } from "../tree/inside-path.ts";
import type { TreeReader } from "../tree/tree-reader.ts";
import type { Candidate, FindBuilds } from "./candidate.ts";
import { readRust } from "./rust-parts.ts";

const PROFILES = ["debug", "release"];
/** Names of targets for these chips begin so (fact sheet build-outputs 1.4). */
const TRIPLE = /^(?:xtensa-(esp32(?:s[23])?)-|riscv32\w*-)/;
const ELF_MAGIC = 0x7f;

/** A project of Cargo with its programs: one candidate a program, and a chip where more than one is possible. */
export const findRust: FindBuilds = async (tree, folder) => {
  if (!(await tree.hasFile(joined(folder, "Cargo.toml")))) return [];
  const cargo = parseToml((await tree.text(joined(folder, "Cargo.toml"))) ?? "");
  const config = parseToml(
    (await tree.text(joined(folder, ".cargo/config.toml"))) ?? (await tree.text(joined(folder, ".cargo/config"))) ?? "",
  );
  const target = insidePath(folder, config.get("build")?.get("target-dir")?.[0] ?? "target");
  const found: Candidate[] = [];
  let isBuilt = false;
  for (const triple of await tree.folders(target)) {
    if (!TRIPLE.test(triple)) continue;
    for (const profile of PROFILES) {
      const programs = await programsIn(tree, joined(joined(target, triple), profile));
      isBuilt ||= programs.length > 0;
      for (const { path, chips } of programs) {
        const wanted = likeliest(chips, { triple, cargo, config });
        for (const chip of wanted)
          found.push({ kind: "rust", path, chip, read: () => readRust(tree, folder, path, chip) });
      }
    }
  }
  if (found.length > 0) return found;
  if (isBuilt) return [];
  throw new EspError("bundle.incomplete", "The Cargo project has no program for a chip in its target folder.", {
    hint: "Run cargo build. A member of a workspace has its programs in the folder of the workspace: name that one.",
    details: { folder: target },
  });
};

interface Program {
  readonly path: string;
  /** By its core, and by where in memory it belongs. */
  readonly chips: readonly ChipId[];
}

/** ELF files without an ending, which is what cargo calls programs. */
async function programsIn(tree: TreeReader, folder: string): Promise<Program[]> {
  const programs: Program[] = [];
  for (const name of await tree.files(folder)) {
    if (name.includes(".")) continue;
    const path = joined(folder, name);
    const data = await tree.read(path);
    if (data === null || data[0] !== ELF_MAGIC || data[1] !== 0x45) continue;
    programs.push({ path, chips: chipsForFirmware([readFirmwareFile(data, { address: 0, name: path })]) ?? [] });
  }
  return programs;
}

interface Words {
  readonly triple: string;
  readonly cargo: Toml;
  readonly config: Toml;
}

/** Of the chips that a program fits, those that the project names: its runner first, then the target, then its features. */
function likeliest(chips: readonly ChipId[], { triple, cargo, config }: Words): readonly ChipId[] {
  const runner = config.get(`target.${triple}`)?.get("runner") ?? [];
  const said: readonly (readonly string[])[] = [
    runner.flatMap((words) => words.split(/[\s=]+/)),
    [TRIPLE.exec(triple)?.[1] ?? ""],
    [...cargo.values()].flatMap((section) => [...section.values()].flat()),
  ];
  for (const words of said) {
    const named = new Set(words.map((word) => findChip(word.split("/").at(-1) ?? "")?.id));
    const both = chips.filter((chip) => named.has(chip));
    if (both.length > 0) return both;
  }
  return chips;
}
