import type { RunCommand } from "./context.ts";
import { spiConnection } from "./spi-connection.ts";
import { sessionFields, withSession } from "./with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { eraseFlash } = await import("../../index.ts");
    const { options, signal } = context;
    const result = await eraseFlash(session, { force: options.flag("force"), ...spiConnection(options), signal });
    return { ...sessionFields(session), ...result };
  });
