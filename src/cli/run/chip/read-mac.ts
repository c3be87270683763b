import type { RunCommand } from "../../context.ts";
import { macLines } from "../../show/render/render-connect.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { macAddresses } = await import("../../../index.ts");
    const addresses = macAddresses(session);
    for (const line of macLines(addresses)) context.print(line);
    return { ...sessionFields(session), ...addresses };
  });
