import type { RunCommand } from "../../context.ts";
import { isNand, nandOptions } from "../nand.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const { options, signal } = context;
  const nand = isNand(options) ? nandOptions(context) : null;
  const force = options.flag("force");
  return await withSession(context, async (session) => {
    const { eraseFlash, eraseNand } = await import("../../../index.ts");
    const result =
      nand === null
        ? await eraseFlash(session, { force, ...spiConnection(options), signal })
        : await eraseNand(session, "all", { ...nand, force });
    return { ...sessionFields(session), ...result };
  });
};
