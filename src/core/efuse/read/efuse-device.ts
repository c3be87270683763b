import { EspError, isEspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import { detectChip } from "../../session/connect/detect.ts";
import { reconnect } from "../../session/connect/reconnect.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { onCommonGround, operation } from "../../session/talk/operation.ts";
import { readRegister, writeRegisters } from "../../session/talk/registers.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { requireSameChip } from "../../session/talk/same-chip.ts";
import type { EfuseDevice } from "./device.ts";

/**
 * The eFuses of a connected chip. Through the ROM loader or the stub; the ROM loader is enough, so connect with
 * `stub: false`.
 *
 * Throws `chip.secure-download` for a chip in Secure Download Mode, which does not show its registers. Reading and burning
 * throw `session.busy` beside any other operation on the session, `session.closed` after its end.
 *
 * @example
 * const session = await connect(port, { stub: false });
 * const state = await readEfuses(efuseDevice(session));
 */
export function efuseDevice(session: Session): EfuseDevice {
  const live = checkSession(session, "session");
  if (live.secureDownload)
    // The sentence is a marker that scripts look for (fact sheet efuse-secure A10).
    throw new EspError("chip.secure-download", "Secure Download Mode is enabled. The tool can not read eFuses.", {
      hint: "The security info is what the chip tells in this mode.",
      remedies: ["show-security-info"],
    });
  const reserved = deviceWithin(live, (work) => onCommonGround(live, work));
  return {
    ...deviceWithin(live, (work) => operation(live, undefined, work)),
    restore: () => live.link.reserve(undefined, () => restore(live)),
    reserve: (work) => operation(live, undefined, () => work(reserved)),
  };
}

/** `step` is the frame around each access: after a lost answer the next one finds common ground with the chip again. */
function deviceWithin(session: LiveSession, step: <T>(work: () => Promise<T>) => Promise<T>): EfuseDevice {
  return {
    chip: session.chip.id,
    chipRevision: session.identity?.revision ?? null,
    // A rate that no chip has: burning is refused then.
    crystalMhz: session.crystalMhz ?? 0,
    clock: session.link.clock,
    emit: session.emit,
    readRegisters: (addresses) => step(() => readAll(session, addresses)),
    writeRegisters: (writes) =>
      step(async () => {
        // What was read before may be what is being changed.
        forgetFuses(session);
        await writeRegisters(session, writes);
      }),
    confirmChip: () => step(() => confirmChip(session)),
    restore: () => restore(session),
  };
}

function forgetFuses({ memory }: LiveSession): void {
  memory.words.clear();
  memory.security = null;
}

async function readAll(session: LiveSession, addresses: readonly number[]): Promise<number[]> {
  const values: number[] = [];
  // Words that were read to identify the chip are eFuses, and known until something is written.
  for (const address of addresses)
    values.push(session.memory.words.get(address) ?? (await readRegister(session, address)));
  return values;
}

/** Of the same kind, and with the same MAC address: both are asked for anew. */
async function confirmChip(session: LiveSession): Promise<void> {
  forgetFuses(session);
  await detectChip(session, session.chip.id, () => {});
  await repeatable(session, () => requireSameChip(session));
}

async function restore(session: LiveSession): Promise<"restored" | "secure-download"> {
  const { link } = session;
  forgetFuses(session);
  const lost = link.lostBecause ?? new EspError("port.lost", "The connection to the chip was lost.");
  try {
    await reconnect(session, lost);
    return "restored";
  } catch (error) {
    // It is the chip that was there before, but it does not show its MAC address any more.
    if (isEspError(error, "connect.wrong-chip") && error.details["found"] === null) return "secure-download";
    throw error;
  }
}
