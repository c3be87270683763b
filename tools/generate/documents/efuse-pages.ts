import { CHIPS } from "../../../src/core/chip/catalog.ts";
import type { ChipDescriptor } from "../../../src/core/chip/types.ts";
import { loadEfuseTable } from "../../../src/core/efuse/table/load-table.ts";
import type { EfuseBlock, EfuseField, EfuseTable } from "../../../src/core/efuse/table/types.ts";
import { code, hex, table } from "./markdown.ts";

export const EFUSE_FOLDER = "docs/protocol/efuse";
export const ORIGIN = "<!-- Made by `npm run docs` from src/core/efuse/table; changes here get lost. -->";

/** One page a chip, by path from the root. */
export async function efusePages(): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  for (const chip of CHIPS) {
    if (chip.id === "esp8266") continue;
    pages.set(`${EFUSE_FOLDER}/${chip.id}.md`, page(chip, await loadEfuseTable(chip.id, null)));
  }
  return pages;
}

/** The list of those pages, for the overview. */
export function efuseBlocks(): Readonly<Record<string, string>> {
  const chips = CHIPS.filter(({ id }) => id !== "esp8266");
  return { "efuse-pages": chips.map(({ id, name }) => `- [${name}](${id}.md)`).join("\n") };
}

function page(chip: ChipDescriptor, efuses: EfuseTable): string {
  const lines = [
    ORIGIN,
    "",
    `# eFuses of the ${chip.name}`,
    "",
    `How to read this page: [eFuse tables](README.md). Shown on a chip, or on a virtual one, by`,
    `\`espefuse --port virtual:${chip.id} summary\`.`,
    "",
    "## Blocks",
    "",
    blockTable(efuses.blocks),
    "",
    "## Registers",
    "",
    registerTable(efuses),
    ...efuses.blocks.flatMap((block) => fieldsOf(efuses, block)),
    ...calculated(efuses.fields),
  ];
  return `${lines.join("\n")}\n`;
}

function blockTable(blocks: readonly EfuseBlock[]): string {
  return table(
    ["block", "names", "words", "read at", "programmed at", "locked by WR_DIS bit", "hidden by RD_DIS bit"],
    blocks.map((block) => [
      String(block.id),
      [block.name, ...block.aliases].map(code).join(", "),
      String(block.words),
      hex(block.readAddress, 8),
      hex(block.writeAddress, 8),
      String(block.writeDisableBit ?? ""),
      block.readDisableBits.join(", "),
    ]),
  );
}

function registerTable({ registers }: EfuseTable): string {
  const { base, configuration, command, status, program, dacConfiguration, clock, readTiming } = registers;
  const rows: readonly (readonly [string, number | null | undefined])[] = [
    ["first register", base],
    ["configuration", configuration],
    ["command", command],
    ["status", status],
    ["data to program", program?.data],
    ["check bits to program", program?.check],
    ["programming voltage (DAC)", dacConfiguration],
    ["clock", clock],
    ["timing of reading", readTiming],
  ];
  return table(
    ["register", "address"],
    rows.flatMap(([name, address]) => (address === null || address === undefined ? [] : [[name, hex(address, 8)]])),
  );
}

function fieldsOf({ fields }: EfuseTable, { id, name }: EfuseBlock): readonly string[] {
  const own = fields.filter(({ block, bit }) => block === id && bit !== null);
  if (own.length === 0) return [];
  const sorted = [...own].sort((left, right) => (left.bit ?? 0) - (right.bit ?? 0));
  return ["", `## ${name}`, "", table(["bits", "field", "locked by", "hidden by", "meaning"], sorted.map(fieldRow))];
}

function fieldRow(field: EfuseField): readonly string[] {
  const { bit, width, writeDisableBit, readDisableBits } = field;
  const first = bit ?? 0;
  return [
    width === 1 ? String(first) : `${first}–${first + width - 1}`,
    names(field),
    String(writeDisableBit ?? ""),
    readDisableBits.join(", "),
    meaning(field),
  ];
}

function names({ name, aliases }: EfuseField): string {
  return [name, ...aliases].map(code).join(", ");
}

const PRESENCE: Readonly<Record<EfuseField["presence"], string>> = {
  always: "",
  calibration: "Where the block version says so.",
  "custom-mac": "Where a custom MAC address is burned.",
  "adc-points": "Where calibration points are burned.",
  uncoded: "Without 3/4 coding.",
  "three-quarters": "With 3/4 coding.",
};

function meaning({ description, labels, presence }: EfuseField): string {
  const values = [...labels].map(([value, label]) => `${value}: ${label}`).join("; ");
  const text = description === "" || /[.!?]$/.test(description) ? description : `${description}.`;
  return [text, values === "" ? "" : `Values: ${values}.`, PRESENCE[presence]].filter((part) => part !== "").join(" ");
}

function calculated(fields: readonly EfuseField[]): readonly string[] {
  const own = fields.filter(({ bit }) => bit === null);
  if (own.length === 0) return [];
  return [
    "",
    "## Calculated of other fields",
    "",
    table(
      ["field", "made of", "meaning"],
      own.map((field) => [
        names(field),
        field.parts
          .map(({ field: part, from, width, to }) => `${code(part)} ${bits(from, width)} → ${bits(to, width)}`)
          .join(", "),
        meaning(field),
      ]),
    ),
  ];
}

function bits(first: number, width: number): string {
  return width === 1 ? `bit ${first}` : `bits ${first}–${first + width - 1}`;
}
