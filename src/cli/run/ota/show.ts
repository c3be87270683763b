import type { RunCommand } from "../../context.ts";
import { otaDataOf, tableFromFile, tableOf } from "../by-name/chip-table.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { otaLines } from "./boot-lines.ts";

export const run: RunCommand = async (context) => {
  const file = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const { bootSlot, otaDataPartition } = await import("../../../partition.ts");
    const table = await tableOf(context, session, file);
    const otaData = await otaDataOf(context, session, table);
    const boots = bootSlot(table.partitions, otaData, { rollback: context.options.flag("rollback") });
    const place = otaDataPartition(table.partitions);
    if (place !== null) context.print(`OTA data at 0x${place.address.toString(16)}:`);
    for (const line of otaLines(table.partitions, otaData, boots)) context.print(line);
    return { ...sessionFields(session), address: place?.address ?? null, copies: otaData?.copies ?? [], boots };
  });
};
