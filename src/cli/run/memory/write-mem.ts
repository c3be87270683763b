import type { RunCommand } from "../../context.ts";
import { hex32 } from "../../show/numbers.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { writeRegister } = await import("../../../index.ts");
    const write = {
      address: context.arguments.number("ADDRESS"),
      value: context.arguments.number("VALUE"),
      mask: context.arguments.number("MASK"),
    };
    await writeRegister(session, write, { signal: context.signal });
    context.print(`Wrote ${hex32(write.value)} with mask ${hex32(write.mask)} to ${hex32(write.address)}.`);
    return { ...sessionFields(session), ...write };
  });
