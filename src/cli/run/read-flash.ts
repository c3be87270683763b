import { hex32, rate, seconds } from "../numbers.ts";
import type { RunCommand, RunContext } from "./context.ts";
import { writeError } from "./files.ts";
import { spiConnection } from "./spi-connection.ts";
import { sessionFields, withSession } from "./with-session.ts";

export const run: RunCommand = async (context) => {
  const output = context.arguments.text("OUTPUT");
  await checkOutput(context, output);
  return await withSession(context, async (session) => {
    const { readFlash } = await import("../../index.ts");
    const { options, signal } = context;
    const range = { address: context.arguments.number("ADDRESS"), sizeBytes: context.arguments.size("SIZE") };
    const { data, address, elapsedMs } = await readFlash(session, range, {
      flashSize: options.text("flash-size") ?? "keep",
      ...spiConnection(options),
      signal,
    });
    await writeOutput(context, output, data);
    const speed = `${seconds(elapsedMs)}${rate(data.length, elapsedMs)}`;
    context.print(`Read ${data.length} bytes from ${hex32(address)} in ${speed} to '${output}'.`);
    return { ...sessionFields(session), address, sizeBytes: data.length, elapsedMs, output };
  });
};

/** Before minutes are spent on reading what could not be kept. */
async function checkOutput({ host }: RunContext, output: string): Promise<void> {
  try {
    await host.files.checkWritable(output);
  } catch (cause) {
    throw writeError(output, cause);
  }
}

async function writeOutput({ host }: RunContext, output: string, data: Uint8Array): Promise<void> {
  try {
    await host.files.writeAtomically(output, data);
  } catch (cause) {
    throw writeError(output, cause);
  }
}
