import { type EfuseDevice, virtualEfuses } from "../../../efuse.ts";
import type { CliHost } from "../../host.ts";
import { CLI_SESSION, type RunContext } from "../context.ts";
import { checkOutput, readInput, writeOutput } from "../files.ts";

/** Runs the work on virtual eFuses; their file holds afterwards what was burned, whether or not all of it was. */
export async function withVirtualEfuses<Result>(
  { options, host, emit }: RunContext,
  work: (device: EfuseDevice) => Promise<Result>,
): Promise<Result> {
  const chip = options.text("chip") ?? "auto";
  const path = options.text("path-efuse-file");
  const before = path === undefined ? null : await readIfThere(host, path);
  // The declaration of the option allows chips with eFuses only.
  const efuses = virtualEfuses((chip === "auto" ? "esp32" : chip) as Parameters<typeof virtualEfuses>[0], {
    ...(before !== null && { file: before }),
  });
  // Before anything is burned that could not be kept.
  if (path !== undefined) await checkOutput(host, path);
  try {
    return await work({
      chip: efuses.chip,
      chipRevision: efuses.revision,
      crystalMhz: efuses.crystalMhz,
      clock: efuses.clock,
      readRegisters: efuses.readRegisters,
      writeRegisters: efuses.writeRegisters,
      emit: (event) => emit({ session: CLI_SESSION, ...event }),
    });
  } finally {
    if (path !== undefined) await writeOutput(host, path, efuses.file());
  }
}

/** A file that is not there yet stands for blank eFuses. */
async function readIfThere(host: CliHost, path: string): Promise<Uint8Array | null> {
  return (await host.files.exists(path)) ? await readInput(host, path) : null;
}
