import type { EfuseTable } from "../../efuse.ts";
import { blockNames, fieldNames, loadEfuseTable } from "../../efuse.ts";
import { EFUSE_CHIPS, HAVE_FLASH_VOLTAGE } from "../spec/efuse/global-options.ts";
import type { ArgumentSpec, CommandSpec } from "../spec/types.ts";
import { ownForm, takenNames, type WordRole } from "./espefuse-words.ts";
import type { Program } from "./program.ts";

/**
 * What help says on a given chip: scripts find out with it what a chip can do, by the names that stand there (fact
 * sheet efuse-secure C1). Without a chip it is the ESP32's, as in the reference.
 */
async function tableOf(chip: string): Promise<EfuseTable> {
  const known = EFUSE_CHIPS.includes(chip) ? chip : "esp32";
  return await loadEfuseTable(known as EfuseTable["chip"], null);
}

/** The program without the commands that the chip does not have. */
export async function programOn(program: Program, chip: string): Promise<Program> {
  if (chip === "auto") {
    return { ...program, purpose: `${program.purpose} Note: with --chip, help shows what that chip can do.` };
  }
  if (HAVE_FLASH_VOLTAGE.includes(chip)) return program;
  return { ...program, commands: program.commands.filter(({ name }) => name !== "set-flash-voltage") };
}

/** The command with its usage and the names it takes on that chip. */
export async function commandOn(spec: CommandSpec, chip: string): Promise<CommandSpec> {
  const table = await tableOf(chip);
  const of = chip === "auto" ? "On an ESP32 (see --chip)" : `On this chip (${table.chip})`;
  const names = namesFor(spec.name, table);
  const description = names === "" ? spec.description : `${spec.description} ${of} ${names}.`;
  const form = ownForm(spec.name, table);
  const [first] = spec.arguments;
  if (form === null || first === undefined) return { ...spec, description };
  const labels = form.roles.map((role) => LABELS[role] ?? role);
  const usage = form.repeats === "all" ? `[${labels.map((label) => `<${label}>`).join(" ")}] ...` : labels.join(" ");
  const argument: ArgumentSpec = { ...first, name: labels.join(" "), usage };
  return { ...spec, description, arguments: [argument] };
}

/** What the words of keys are called in the usage line. */
const LABELS: Readonly<Partial<Record<WordRole, string>>> = { block: "BLOCK", file: "KEYFILE", purpose: "KEYPURPOSE" };

function namesFor(command: string, table: EfuseTable): string {
  const { eFuses, blocks, purposes } = takenNames(command, table);
  return [
    listed("eFuses", fieldNames(eFuses)),
    listed("blocks", blockNames(blocks)),
    listed("purposes", [...new Set(purposes.map(({ name }) => name))]),
  ]
    .filter((text) => text !== "")
    .join("; ");
}

function listed(what: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `${what} are ${names.join(", ")}`;
}
