import type { RunCommand } from "../../context.ts";
import { otaDataOf, tableFromFile, tableOf } from "../by-name/chip-table.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { bootLine } from "./boot-lines.ts";
import { requireOta } from "./slot-of-line.ts";

export const run: RunCommand = async (context) => {
  const { options, print, signal } = context;
  const file = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const { bootSlot, eraseOtaData } = await import("../../../partition.ts");
    const table = await tableOf(context, session, file);
    await eraseOtaData(session, table.partitions, { ...spiConnection(options), signal });
    const otaData = requireOta(await otaDataOf(context, session, table));
    const boots = bootSlot(table.partitions, otaData);
    print(bootLine(boots));
    return { ...sessionFields(session), copies: otaData.copies, boots };
  });
};
