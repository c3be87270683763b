import type { RunCommand } from "../../context.ts";
import { otaDataOf, tableFromFile, tableOf } from "../by-name/chip-table.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { bootLine } from "./boot-lines.ts";
import { requireOta, slotOfLine } from "./slot-of-line.ts";

export const run: RunCommand = async (context) => {
  const { arguments: words, options, print, signal } = context;
  const file = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const { bootSlot, switchOtaSlot } = await import("../../../partition.ts");
    const table = await tableOf(context, session, file);
    const { partitions } = table;
    const before = requireOta(await otaDataOf(context, session, table));
    const slot = slotOfLine(words.text("SLOT"), partitions, before);
    // The declaration of the option allows these words only.
    const state = options.text("state") as "undefined" | "new" | "valid" | undefined;
    const { written, otaData } = await switchOtaSlot(session, partitions, slot, {
      state,
      ...spiConnection(options),
      signal,
    });
    if (written === null) print("It boots already; nothing was written.");
    const boots = bootSlot(partitions, otaData);
    print(bootLine(boots));
    return { ...sessionFields(session), slot, changed: written !== null, copies: otaData.copies, boots };
  });
};
