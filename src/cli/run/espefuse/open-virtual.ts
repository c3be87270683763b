import { type EfuseDevice, virtualEfuses } from "../../../efuse.ts";
import { EspError, isEspError } from "../../../index.ts";
import type { CliHost } from "../../host.ts";
import { CLI_SESSION, type RunContext } from "../context.ts";
import { checkOutput, readInput, writePrecious } from "../files.ts";
import type { KeepBurned } from "./prepared.ts";

/** Runs the work on virtual eFuses; their file holds afterwards what was burned, whether or not all of it was. */
export async function withVirtualEfuses<Result>(
  context: RunContext,
  work: (device: EfuseDevice, keep: KeepBurned) => Promise<Result>,
): Promise<Result> {
  const { options, host, emit } = context;
  const chip = options.text("chip") ?? "auto";
  const path = options.text("path-efuse-file");
  const before = path === undefined ? null : await readIfThere(host, path);
  // The declaration of the option allows chips with eFuses only.
  const efuses = virtualEfuses((chip === "auto" ? "esp32" : chip) as Parameters<typeof virtualEfuses>[0], {
    ...(before !== null && { file: before }),
  });
  // Before anything is burned that could not be kept.
  if (path !== undefined) await checkOutput(host, path);
  const keep = keeper(context, path, () => efuses.file());
  const device: EfuseDevice = {
    chip: efuses.chip,
    chipRevision: efuses.revision,
    crystalMhz: efuses.crystalMhz,
    clock: efuses.clock,
    readRegisters: efuses.readRegisters,
    writeRegisters: efuses.writeRegisters,
    emit: (event) => emit({ session: CLI_SESSION, ...event }),
  };
  let result: Result;
  try {
    result = await work(device, keep);
  } catch (error) {
    // Part of it may be burned.
    await keep([]).catch((failure) => emit(asWarning(failure)));
    throw error;
  }
  await keep([]);
  return result;
}

/** Saves what there is to save, and only what is not saved yet. Once it failed it does not try again. */
function keeper({ host }: RunContext, path: string | undefined, contents: () => Uint8Array): KeepBurned {
  let saved: string | null = null;
  return async (names) => {
    if (path === undefined) return;
    const now = contents();
    const text = now.join();
    if (text === saved) return;
    saved = text;
    try {
      await writePrecious(host, path, now, { what: "What the eFuses hold now", isPrivate: true });
    } catch (error) {
      throw names.length === 0 ? error : notKept(names, error);
    }
  };
}

function notKept(names: readonly string[], error: unknown): unknown {
  if (!isEspError(error)) return error;
  const what = `${names.join(", ")} ${names.length === 1 ? "is" : "are"} burned, but not saved.`;
  return new EspError(error.code, `${what} ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    details: { ...error.details, burned: names, saved: false },
    cause: error,
  });
}

function asWarning(failure: unknown): Parameters<RunContext["emit"]>[0] {
  const [code, message] = isEspError(failure) ? [failure.code, failure.message] : ["internal", String(failure)];
  return { session: CLI_SESSION, type: "warning", code, message };
}

/** A file that is not there yet stands for blank eFuses. */
async function readIfThere(host: CliHost, path: string): Promise<Uint8Array | null> {
  return (await host.files.exists(path)) ? await readInput(host, path) : null;
}
