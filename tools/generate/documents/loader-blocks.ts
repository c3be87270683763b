import { CHIPS } from "../../../src/core/chip/catalog.ts";
import { type LoaderTraits, loaderTraits } from "../../../src/core/chip/loader-traits.ts";
import type { ChipDescriptor } from "../../../src/core/chip/types.ts";
import { loadStub } from "../../../src/core/stub/load-stub.ts";
import { type Answerer, existsIn } from "../../../src/core/wire/command-existence.ts";
import { COMMANDS } from "./command-blocks.ts";
import { code, hex, table, yesNo } from "./markdown.ts";
import { sourceComments } from "./source-comments.ts";

const TRAITS_SOURCE = sourceComments("src/core/chip/loader-traits.ts");

interface Loader extends Answerer {
  readonly chip: ChipDescriptor;
}

export async function loaderBlocks(): Promise<Readonly<Record<string, string>>> {
  const loaders = allLoaders();
  return {
    "commands-by-loader": matrix(
      loaders,
      "command",
      COMMANDS.map((command) => ({
        title: code(command.name),
        cell: (loader) => yesNo(existsIn(command, loader)),
      })),
    ),
    "loader-traits": matrix(
      loaders,
      "trait",
      traitNames(loaders).map((name) => ({ title: code(name), cell: ({ traits }) => traitText(traits[name]) })),
    ),
    "trait-meanings": table(
      ["trait", "meaning"],
      traitNames(loaders).map((name) => [code(name), TRAITS_SOURCE.ofField("LoaderTraits", name)]),
    ),
    "chips-by-loader": chipTable(),
    stubs: await stubTable(),
  };
}

function allLoaders(): readonly Loader[] {
  return CHIPS.flatMap((chip) => [
    loaderOf(chip, "rom", false),
    ...(chip.rom.hasSecureDownloadMode ? [loaderOf(chip, "rom", true)] : []),
    ...(chip.stubs.length > 0 ? [loaderOf(chip, "stub", false)] : []),
  ]);
}

function loaderOf(chip: ChipDescriptor, kind: "rom" | "stub", secureDownload: boolean): Loader {
  return { chip, secureDownload, traits: loaderTraits(chip, kind, { usbOtg: false, secureDownload }) };
}

interface Row {
  readonly title: string;
  cell(loader: Loader): string;
}

/** One column for all loaders that are the same in all rows. */
function matrix(loaders: readonly Loader[], title: string, rows: readonly Row[]): string {
  const columns = new Map<string, Loader[]>();
  for (const loader of loaders) {
    const key = JSON.stringify(rows.map((row) => row.cell(loader)));
    columns.set(key, [...(columns.get(key) ?? []), loader]);
  }
  const groups = [...columns.values()];
  return table(
    [title, ...groups.map((group) => groupName(group, groups))],
    rows.map((row) => [row.title, ...groups.map(([first]) => (first === undefined ? "" : row.cell(first)))]),
  );
}

/** The chips by name where they are few, else "others". */
function groupName(group: readonly Loader[], groups: readonly (readonly Loader[])[]): string {
  const kindOf = ({ traits, secureDownload }: Loader): string =>
    traits.kind === "stub" ? "stub" : secureDownload ? "locked ROM" : "ROM";
  const kinds = [...new Set(group.map(kindOf))];
  const siblings = groups.filter((other) => other.some((loader) => kinds.includes(kindOf(loader))));
  const names = [...new Set(group.map(({ chip }) => chip.name))];
  const isAlone = siblings.length === 1;
  const isRest = siblings.every((other) => other === group || other.length < group.length);
  const who = isAlone ? "any" : isRest ? "others" : names.join(", ");
  return `${kinds.join(" and ")}: ${who}`;
}

function traitNames(loaders: readonly Loader[]): readonly (keyof LoaderTraits)[] {
  const [first] = loaders;
  const names = first === undefined ? [] : (Object.keys(first.traits) as (keyof LoaderTraits)[]);
  return names.filter((name) => name !== "kind");
}

function traitText(value: LoaderTraits[keyof LoaderTraits]): string {
  if (typeof value === "boolean") return yesNo(value);
  return value === null ? "" : typeof value === "number" ? hex(value, 1) : code(String(value));
}

function chipTable(): string {
  return table(
    ["chip", "image chip id", "magic word", "boot loader at", "stub", "Secure Download Mode", "crystal"],
    CHIPS.map((chip) => [
      chip.name,
      chip.imageChipId === null ? "" : String(chip.imageChipId),
      chip.magicValue === null ? "" : hex(chip.magicValue, 8),
      hex(chip.bootloaderOffset, 4),
      yesNo(chip.stubs.length > 0),
      yesNo(chip.rom.hasSecureDownloadMode),
      chip.crystal.kind === "fixed" ? `${chip.crystal.mhz} MHz` : "measured",
    ]),
  );
}

async function stubTable(): Promise<string> {
  const rows: string[][] = [];
  for (const chip of CHIPS) {
    for (const { name, fromRevision } of chip.stubs) {
      const { entry, segments } = await loadStub(name);
      const [text, data] = segments;
      const revisions =
        chip.stubs.length === 1 ? "all" : `from v${Math.floor(fromRevision / 100)}.${fromRevision % 100}`;
      rows.push([chip.name, revisions, place(text), place(data), hex(entry, 8), await nandPlugin(name)]);
    }
  }
  return table(["chip", "revisions", "code: address, bytes", "data: address, bytes", "entry", "NAND plugin"], rows);
}

async function nandPlugin(stub: string): Promise<string> {
  return loadStub(stub, ["nand"]).then(
    () => "yes",
    () => "",
  );
}

function place(segment: { readonly address: number; readonly data: Uint8Array<ArrayBuffer> } | undefined): string {
  return segment === undefined ? "" : `${hex(segment.address, 8)}, ${segment.data.length}`;
}
