import type { RunCommand } from "./context.ts";
import { spiConnection } from "./spi-connection.ts";
import { sessionFields, withSession } from "./with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { eraseRegion } = await import("../../index.ts");
    const { options, signal } = context;
    const range = { address: context.arguments.number("ADDRESS"), sizeBytes: context.arguments.size("SIZE") };
    const erase = { force: options.flag("force"), ...spiConnection(options), signal };
    const result = await eraseRegion(session, range, erase);
    return { ...sessionFields(session), ...range, ...result };
  });
