import type { RunCommand } from "../../context.ts";
import { checkOutput, writePrecious } from "../../host/user-files.ts";
import { hex32, rate, seconds } from "../../show/numbers.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const output = context.arguments.text("OUTPUT");
  await checkOutput(context.host, output);
  return await withSession(context, async (session) => {
    const { readMemory } = await import("../../../index.ts");
    const range = { address: context.arguments.number("ADDRESS"), sizeBytes: Number(context.arguments.size("SIZE")) };
    const { data, elapsedMs } = await readMemory(session, range, { signal: context.signal });
    await writePrecious(context.host, output, data, { what: "What was read" });
    const speed = `${seconds(elapsedMs)}${rate(data.length, elapsedMs)}`;
    context.print(`Dumped ${data.length} bytes from ${hex32(range.address)} in ${speed} to '${output}'.`);
    return { ...sessionFields(session), ...range, elapsedMs, output };
  });
};
