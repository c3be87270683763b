import type { RunCommand } from "../../context.ts";
import { tableFromFile } from "../by-name/chip-table.ts";
import { rangeOfLine } from "../by-name/range-of-line.ts";
import { isNand, nandOptions } from "../nand.ts";
import { spiConnection } from "../spi-connection.ts";
import { warnDecimalAddress } from "../warn-address.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  warnDecimalAddress(context, context.arguments.typed("ADDRESS"));
  const { options, signal } = context;
  const nand = isNand(options) ? nandOptions(context) : null;
  const force = options.flag("force");
  const table = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const range = await rangeOfLine(context, session, table);
    const { eraseNand, eraseRegion } = await import("../../../index.ts");
    const result =
      nand === null
        ? await eraseRegion(session, range, { force, ...spiConnection(options), signal })
        : await eraseNand(session, range, { ...nand, force });
    return { ...sessionFields(session), ...range, ...result };
  });
};
