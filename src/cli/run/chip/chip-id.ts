import { CLI_SESSION, type RunCommand } from "../../context.ts";
import { hex32 } from "../../show/numbers.ts";
import { macLines } from "../../show/render/render-connect.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { macAddresses, readChipId } = await import("../../../index.ts");
    const id = await readChipId(session);
    const addresses = macAddresses(session);
    if (id !== null) {
      context.print(`Chip ID: ${hex32(id)}`);
      return { ...sessionFields(session), chipId: id, ...addresses };
    }
    context.emit({
      session: CLI_SESSION,
      type: "warning",
      code: "chip.no-id",
      message: `${session.chip.name} has no chip ID. Reading MAC address instead.`,
    });
    for (const line of macLines(addresses)) context.print(line);
    return { ...sessionFields(session), chipId: null, ...addresses };
  });
