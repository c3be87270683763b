import type { RunCommand } from "../../context.ts";
import { checkOutput, writeOutput } from "../../host/user-files.ts";
import { partitionLines } from "../../show/render/render-partitions.ts";
import { pageColumns } from "../../show/screen/wrap-text.ts";
import { keepLastTable } from "../by-name/last-table.ts";
import { warnOf } from "../by-name/warn-problems.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const { arguments: words, host, options, print, signal } = context;
  const output = words.typed("OUTPUT") === "" ? null : words.text("OUTPUT");
  if (output !== null) await checkOutput(host, output);
  return await withSession(context, async (session) => {
    const { encodePartitionTable, formatPartitionCsv, readPartitionTable } = await import("../../../partition.ts");
    const tableAddress = options.number("partition-table-address");
    const md5 = !options.flag("disable-md5sum");
    const table = await readPartitionTable(session, { tableAddress, md5, ...spiConnection(options), signal });
    const { partitions, problems, digest, flashBytes } = table;
    if (digest !== "wrong") await keepLastTable(context, partitions);
    for (const line of partitionLines(partitions, flashBytes, pageColumns(host.stdout, host.env))) print(line);
    warnOf(context, problems);
    if (output !== null) {
      const isCsv = output.toLowerCase().endsWith(".csv");
      const data = isCsv
        ? new TextEncoder().encode(formatPartitionCsv(partitions))
        : encodePartitionTable(partitions, { md5 });
      await writeOutput(host, output, data);
      print(`Wrote the table to '${output}'.`);
    }
    return { ...sessionFields(session), ...table, digest, output };
  });
};
