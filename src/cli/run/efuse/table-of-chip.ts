import { type EfuseTable, loadEfuseTable } from "../../../efuse.ts";

/** The table of the chip that `--chip` names, of its newest revision; `auto` with virtual eFuses is an ESP32. */
export async function tableOfChip(chip: string): Promise<EfuseTable> {
  return await loadEfuseTable(idOf(chip), null);
}

/** The table of the first revision: of some chips it is another one, and which of them counts the chip itself says. */
export async function firstTableOfChip(chip: string): Promise<EfuseTable> {
  return await loadEfuseTable(idOf(chip), 0);
}

function idOf(chip: string): EfuseTable["chip"] {
  // The declaration of the option allows chips with eFuses only.
  return (chip === "auto" ? "esp32" : chip) as EfuseTable["chip"];
}
