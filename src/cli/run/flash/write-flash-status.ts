import type { RunCommand } from "../../context.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { hexStatus, statusBytes } from "./status-bytes.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { readFlashStatus, writeFlashStatus } = await import("../../../index.ts");
    const { options, signal } = context;
    const bytes = statusBytes(options);
    const access = { ...spiConnection(options), signal };
    // Told before it is changed: when the write goes wrong, nobody could find out any more.
    const initial = await readFlashStatus(session, { ...access, sizeBytes: bytes });
    context.print(`Initial flash memory status: ${hexStatus(initial, bytes)}`);
    const value = context.arguments.number("VALUE") % 2 ** (8 * bytes);
    context.print(`Setting flash memory status: ${hexStatus(value, bytes)}`);
    const nonVolatile = options.flag("non-volatile");
    const { after } = await writeFlashStatus(session, value, { ...access, sizeBytes: bytes, nonVolatile });
    context.print(`After flash memory status:   ${hexStatus(after, bytes)}`);
    return { ...sessionFields(session), bytes, nonVolatile, initial, written: value, after };
  });
