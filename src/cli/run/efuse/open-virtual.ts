import { type EfuseDevice, virtualEfuses } from "../../../efuse.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { type EfuseFile, openEfuseFile } from "./efuse-file.ts";
import { asWarning, notKept } from "./not-kept.ts";
import type { KeepBurned } from "./prepared.ts";

type ChipName = Parameters<typeof virtualEfuses>[0];

/** Runs the work on virtual eFuses. Their file holds at every moment what is burned; a line that burns nothing leaves it alone. */
export async function withVirtualEfuses<Result>(
  context: RunContext,
  burns: boolean,
  work: (device: EfuseDevice, keep: KeepBurned) => Promise<Result>,
): Promise<Result> {
  const { options, emit } = context;
  const chip = options.text("chip") ?? "auto";
  const path = options.text("path-efuse-file");
  const file = path === undefined ? null : await openEfuseFile(context, path, { burns });
  try {
    const content = file?.content ?? null;
    // The declaration of the option allows chips with eFuses only.
    const efuses = virtualEfuses((chip === "auto" ? "esp32" : chip) as ChipName, {
      ...(content !== null && { file: content }),
    });
    if (file?.isMissing()) await file.save(efuses.file());
    const { readRegisters, clock, crystalMhz, revision: chipRevision } = efuses;
    const keep = burns && file !== null ? keeper(file, () => efuses.file()) : async () => {};
    const device: EfuseDevice = {
      chip: efuses.chip,
      chipRevision,
      crystalMhz,
      clock,
      readRegisters,
      async writeRegisters(writes) {
        if (burns) await file?.confirm();
        await efuses.writeRegisters(writes);
        // Not at the end of the line: what is molten is molten, whatever happens to this process next. What cannot be saved
        // now is tried once more when the burn is over, and told then, together with what is burned.
        if (burns) await file?.save(efuses.file()).catch(() => {});
      },
      emit: (event) => emit({ session: CLI_SESSION, ...event }),
    };
    return await finish(context, keep, () => work(device, keep));
  } finally {
    await file?.close();
  }
}

async function finish<Result>({ emit }: RunContext, keep: KeepBurned, work: () => Promise<Result>): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    // Part of it may be burned.
    await keep([]).catch((failure) => emit(asWarning(failure)));
    throw error;
  }
  await keep([]);
  return result;
}

/** Saves what is not saved yet, or keeps it elsewhere. Once it failed it does not try again. */
function keeper(file: EfuseFile, contents: () => Uint8Array<ArrayBuffer>): KeepBurned {
  let failedWith: string | null = null;
  return async (names) => {
    const now = contents();
    const text = now.join();
    if (text === failedWith) return;
    try {
      await file.keep(now);
    } catch (error) {
      failedWith = text;
      throw names.length === 0 ? error : notKept(names, error);
    }
  };
}
