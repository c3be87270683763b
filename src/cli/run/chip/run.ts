import type { RunCommand } from "../../context.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { disconnect, runApplication } = await import("../../../index.ts");
    const running = await runApplication(session, { signal: context.signal });
    if (running) {
      context.print("Running the application.");
      // It runs: nothing is there to be talked to, and a reset would only start it once more.
      await disconnect(session, { reset: "untouched" });
    }
    return { ...sessionFields(session), startedBy: running ? "loader" : "reset" };
  });
