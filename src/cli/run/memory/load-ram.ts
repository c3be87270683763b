import type { RunCommand } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { hex32 } from "../../show/numbers.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const { loadRam, unpackRamFile, disconnect } = await import("../../../index.ts");
  const file = context.arguments.text("FILE");
  // What is no image is found out before the chip is disturbed.
  const image = unpackRamFile(await readInput(context.host, file), file);
  return await withSession(context, async (session) => {
    const result = await loadRam(session, image, { name: file, signal: context.signal });
    const { segments, entry } = result;
    const count = `${segments.length} segment${segments.length === 1 ? "" : "s"}`;
    context.print(`Loaded ${count} from '${file}' to RAM, executing at ${hex32(entry)}.`);
    context.print("Exiting immediately.");
    await disconnect(session, { reset: "untouched" });
    return { ...sessionFields(session), file, ...result };
  });
};
