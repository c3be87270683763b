import type { RunCommand } from "../../context.ts";
import { hex32 } from "../../show/numbers.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { readRegister } = await import("../../../index.ts");
    const address = context.arguments.number("ADDRESS");
    const value = await readRegister(session, address, { signal: context.signal });
    context.print(`${hex32(address)} = ${hex32(value)}`);
    return { ...sessionFields(session), address, value };
  });
