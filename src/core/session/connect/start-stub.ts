import { equalBytes } from "../../bytes/words.ts";
import { traitsOf } from "../../chip/loader-traits.ts";
import { Deadline } from "../../clock.ts";
import type { EspError } from "../../errors.ts";
import type { Link } from "../../link/link.ts";
import { loadStub, stubName } from "../../stub/load-stub.ts";
import type { Stub } from "../../stub/stub.ts";
import { MEM_END, READ_FLASH_SLOW, STUB_GREETING } from "../../wire/commands.ts";
import { decodeReply } from "../../wire/packet.ts";
import { tellsSecureBoot } from "../../wire/security-info.ts";
import type { LiveSession, RomSession, StubSession } from "../session.ts";
import { failure } from "../talk/failure.ts";
import type { Failures } from "../talk/failure-words.ts";
import { readRegister, writeRegisters } from "../talk/registers.ts";
import { isTransient, resynchronise } from "../talk/resynchronise.ts";
import { syncOnce } from "../talk/sync.ts";
import { tellUnusual } from "../talk/tell-unusual.ts";
import { type UploadPace, uploadRam } from "../talk/upload-ram.ts";

/** The stub says hello 10 ms after its start (fact sheet 3.5); be generous to slow adapters. */
const GREETING_MS = 3000;
const UPLOADS = 3;

type StubObstacle = "stub.secure-download" | "stub.none" | "stub.disabled" | "stub.secure-boot";

/** Why this chip must do without the stub; null when nothing speaks against it. Pure. */
export function stubObstacle(session: RomSession): StubObstacle | null {
  const { chip, identity } = session;
  if (session.secureDownload) return "stub.secure-download";
  if (chip.stubs.length === 0) return "stub.none";
  if (identity !== null && chip.stubDisabled(identity)) return "stub.disabled";
  return chip.stubUnderSecureBoot.kind === "refuse" && tellsSecureBoot(session.securityInfo)
    ? "stub.secure-boot"
    : null;
}

/**
 * Uploads the flasher stub and starts it; the session returned talks to it. When something speaks against the stub a
 * warning is emitted and the session comes back unchanged; with `plugins` that is an error.
 *
 * Throws `stub.start-failed`, `stub.required`, `stub.plugin-missing`, `link.*`, `port.*`.
 */
export async function startStub(
  session: RomSession,
  plugins: readonly string[] = [],
  pace?: UploadPace,
): Promise<LiveSession> {
  const obstacle = stubObstacle(session);
  if (obstacle !== null) {
    if (plugins.length > 0) throw await pluginsNeedStub(obstacle);
    await tellUnusual(session.emit, "warning", obstacle, { chip: session.chip.name });
    return session;
  }
  const name = stubName(session.chip, session.identity?.revision ?? 0);
  if (name === null) return session;
  const stub = await loadStub(name, plugins);
  session.emit({
    type: "stub.uploading",
    name,
    sizeBytes: stub.sizeBytes,
    ...(plugins.length > 0 && { plugins: stub.plugins }),
  });
  await uploadWithRetries(session, stub, pace);
  session.emit({ type: "stub.starting" });
  await run(session, stub);
  session.emit({ type: "stub.running" });
  return { ...stubSession(session), plugins };
}

/** What a stub needs that is lost with its port and to be started again. Throws `package.part-missing`. */
export async function haveStubAtHand({ loader, chip, identity }: LiveSession): Promise<void> {
  const name = loader === "stub" ? stubName(chip, identity?.revision ?? 0) : null;
  if (name !== null) await loadStub(name);
}

/** The error for plugins that are wanted where no stub is, or can be. `obstacle`: the code of what speaks against it. */
export async function pluginsNeedStub(obstacle: string | null): Promise<EspError> {
  return await failure("stub.required", "stub-wanted", { obstacle }, { details: { obstacle } });
}

/** The same session, its stub running. */
export function stubSession(session: RomSession): StubSession {
  const traits = traitsOf(session.chip, "stub", {
    usbOtg: session.usbMode === "otg",
    secureDownload: session.secureDownload,
  });
  return { ...session, loader: "stub", traits };
}

async function uploadWithRetries(session: RomSession, stub: Stub, pace?: UploadPace): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      for (const { address, data } of stub.segments)
        await uploadRam(session.link, { address, data, blockSize: session.traits.ramBlockSize }, pace);
      return;
    } catch (error) {
      // Uploading anew from MEM_BEGIN is safe: nothing has been started.
      if (attempt >= UPLOADS || !isTransient(error)) throw error;
      await resynchronise(session, pace);
    }
  }
}

async function run(session: RomSession, stub: Stub): Promise<void> {
  const { link } = session;
  const { stubUnderSecureBoot } = session.chip;
  if (stubUnderSecureBoot.kind === "through-flash-read" && tellsSecureBoot(session.securityInfo)) {
    await runThroughPointer(session, stub, stubUnderSecureBoot.pointer);
    return;
  }
  link.discard();
  await link.send(MEM_END, { stay: 0, entry: stub.entry });
  link.counters.exchanges++;
  await greeted(link);
}

/**
 * With Secure Boot the ESP32-S3's ROM refuses to jump into RAM; the ROM's flash-read pointer is borrowed to get there
 * (fact sheet 3.8) and put back afterwards.
 */
async function runThroughPointer(session: RomSession, stub: Stub, readPointer: number): Promise<void> {
  const { link } = session;
  await link.exchange(MEM_END, { stay: 1, entry: 0 });
  const original = await readRegister(session, readPointer);
  await writeRegisters(session, [{ address: readPointer, value: stub.entry }]);
  link.discard();
  await link.send(READ_FLASH_SLOW, { address: 0, sizeBytes: 0 });
  await greeted(link);
  await writeRegisters(session, [{ address: readPointer, value: original }]);
}

/** The answer to MEM_END may come or not; what counts is the greeting, or a SYNC answered by the stub. */
async function greeted(link: Link): Promise<void> {
  const deadline = new Deadline(link.clock, GREETING_MS);
  for (;;) {
    const frame = await link.receiveFrame(deadline);
    if (frame === null) break;
    if (equalBytes(frame, STUB_GREETING)) return;
    const reply = decodeReply(frame);
    if (reply !== null && reply.opcode === MEM_END.opcode && reply.data[0] !== 0)
      throw await startFailed("stub-refused", { status: `${reply.data[0]}, ${reply.data[1]}` });
    if (reply === null) link.noise.add(frame);
  }
  const answer = await syncOnce(link, link.limits.syncMs);
  if (answer === null) throw await startFailed("stub-silent", {});
  if (!answer.stubRunning) throw await startFailed("stub-away", {});
}

async function startFailed<What extends "stub-refused" | "stub-silent" | "stub-away">(
  what: What,
  facts: Failures[What],
): Promise<EspError> {
  return await failure("stub.start-failed", what, facts, {
    remedies: ["lower-baud-rate", "no-stub"],
    details: { troubleshooting: TROUBLESHOOTING_URL },
  });
}

const TROUBLESHOOTING_URL = "https://docs.espressif.com/projects/esptool/en/latest/troubleshooting.html";
