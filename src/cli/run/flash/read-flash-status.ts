import type { RunCommand } from "../../context.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { hexStatus, statusBytes } from "./status-bytes.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { readFlashStatus } = await import("../../../index.ts");
    const { options, signal } = context;
    const bytes = statusBytes(options);
    const status = await readFlashStatus(session, { sizeBytes: bytes, ...spiConnection(options), signal });
    // At least four digits (fact sheet 1.7).
    context.print(`Flash memory status: ${hexStatus(status, Math.max(bytes, 2))}`);
    return { ...sessionFields(session), bytes, status };
  });
