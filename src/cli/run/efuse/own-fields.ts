import { type EfuseTable, extendEfuseTable } from "../../../efuse.ts";
import type { RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { refuseUtf16 } from "../../host/utf8-text.ts";

/** A function that adds the fields of a CSV file to a table. Throws `file.*`; the function `efuse.custom-table`. */
export async function readOwnFields({ host }: RunContext, file: string): Promise<(table: EfuseTable) => EfuseTable> {
  const contents = await readInput(host, file, "efuse-table");
  refuseUtf16(contents, file);
  return (table) => extendEfuseTable(table, contents, { fileName: file, variables: (name) => host.env[name] }).table;
}
