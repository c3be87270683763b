import { loaderTraits } from "../chip/loader-traits.ts";
import { EspError, isEspError, toEspError } from "../errors.ts";
import type { Emit } from "../events.ts";
import { Link } from "../link/link.ts";
import type { Port } from "../port/port.ts";
import { DEFAULT_LIMITS, type TimeoutLimits } from "../wire/command.ts";
import { changeBaud } from "./change-baud.ts";
import { detectChip } from "./detect.ts";
import { emitIdentity, readIdentity } from "./identity.ts";
import { leave } from "./leave.ts";
import { reachLoader } from "./reach-loader.ts";
import { type RegisterAccess, readWords, runRegisterSteps } from "./registers.ts";
import { hardReset, parseResetSequence, runResetSequence } from "./reset-sequences.ts";
import { isLineError } from "./resynchronise.ts";
import type { ConnectOptions, RomSession, Session } from "./session.ts";
import { startStub, stubObstacle, stubSession } from "./start-stub.ts";
import { usbMode } from "./usb-mode.ts";
import { disableWatchdogs } from "./watchdogs.ts";

/** Every ROM starts at this rate, or finds it out from the SYNC. */
const CONNECT_BAUD = 115_200;

/**
 * Opens the port, brings the chip's loader to answer, finds out what it is, starts the flasher stub and raises the baud
 * rate.
 *
 * Throws `port.*` when the port cannot be opened, `connect.*` with `details.diagnosis` when no chip answers,
 * `connect.wrong-chip`, `stub.start-failed`, `operation.aborted`. The port is closed then, and the chip reset as
 * `options.after` says.
 *
 * @example
 * const session = await connect(port, { baudRate: 921600, onEvent: console.log });
 */
export async function connect(port: Port, options: ConnectOptions = {}): Promise<Session> {
  const name = options.name ?? port.info.path;
  const emit: Emit = (body) => options.onEvent?.({ session: name, ...body });
  const limits: TimeoutLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const link = new Link({ port, limits, emit, trace: options.trace ?? false });
  return await link.withSignal(options.signal, () => establish({ name, link, limits, emit, options }));
}

interface Attempt {
  readonly name: string;
  readonly link: Link;
  readonly limits: TimeoutLimits;
  readonly emit: Emit;
  readonly options: ConnectOptions;
}

async function establish(attempt: Attempt): Promise<Session> {
  const { options, link } = attempt;
  const wanted = options.baudRate ?? CONNECT_BAUD;
  const early = await tryToEstablish(attempt, true);
  if (early !== null) return early;
  // The line did not stand the higher rate while the stub was on its way. Once more, the slow and safe way.
  attempt.emit({
    type: "warning",
    code: "connect.slower",
    message: `The stub could not be uploaded at ${wanted} baud; connecting again at ${CONNECT_BAUD}.`,
  });
  await link.close();
  const slow = await tryToEstablish(attempt, false);
  if (slow === null) throw new EspError("internal", "Connecting ended without a result.");
  return slow;
}

/** Null when uploading at the higher rate failed and a slower try makes sense. Else everything is cleaned up first. */
async function tryToEstablish(attempt: Attempt, raiseBaudFirst: boolean): Promise<Session | null> {
  const { options, link } = attempt;
  const state: { session: Session | null; raisedBaud: boolean } = { session: null, raisedBaud: false };
  try {
    const { stubRunning } = await reachLoader(link, attempt.emit, options);
    const session = await identify(attempt, stubRunning);
    state.session = session;
    if (session.loader === "stub") session.emit({ type: "stub.already-running" });
    const baudRate = options.baudRate ?? CONNECT_BAUD;
    const mustChange = baudRate > link.baudRate && session.usbMode === "uart";
    if (session.loader === "rom") await prepare(session);
    emitIdentity(session, session.emit);
    state.raisedBaud = raiseBaudFirst && mustChange && shouldRaiseBaudFirst(session, options);
    if (state.raisedBaud) await changeBaud(session, baudRate);
    const ready = session.loader === "rom" && (options.stub ?? true) ? await startStub(session) : session;
    state.session = ready;
    if (mustChange && !state.raisedBaud) await changeBaud(ready, baudRate);
    return ready;
  } catch (error) {
    if (state.raisedBaud && raiseBaudFirst && isWorthSlowerTry(error)) return null;
    await abandon(attempt, state.session);
    throw toEspError(error);
  }
}

function isWorthSlowerTry(error: unknown): boolean {
  return (
    isLineError(error) ||
    isEspError(error, "stub.start-failed") ||
    isEspError(error, "link.desynchronised") ||
    isEspError(error, "session.baud-failed")
  );
}

/** The upload of the stub is most of the time of a connection; a ROM that needs no correction can do it faster. */
function shouldRaiseBaudFirst(session: Session, options: ConnectOptions): boolean {
  return (
    session.loader === "rom" &&
    (options.stub ?? true) &&
    session.traits.canChangeBaud &&
    session.chip.romBaud === null &&
    session.link.port.capabilities.baud &&
    stubObstacle(session) === null
  );
}

async function identify(attempt: Attempt, stubRunning: boolean): Promise<Session> {
  const { name, link, limits, emit, options } = attempt;
  const access: RegisterAccess = {
    link,
    loader: stubRunning ? "stub" : "rom",
    memory: { words: new Map() },
  };
  const { chip, securityInfo, secureDownload } = await detectChip(access, options.chip ?? "auto", emit);
  const facts = secureDownload ? { identity: null, mac: null, crystalMhz: null } : await readIdentity(access, chip);
  const mode = usbMode(chip, link.port.info);
  const traits = loaderTraits(chip, "rom", { usbOtg: mode === "otg", secureDownload });
  link.erasesOnBegin = traits.erasesOnBegin;
  const session: RomSession = {
    name,
    link,
    chip,
    traits,
    ...facts,
    usbMode: mode,
    securityInfo,
    secureDownload,
    limits,
    emit,
    memory: { words: access.memory.words, flash: undefined },
    customHardResetSequence: options.customHardResetSequence,
    loader: "rom",
  };
  return stubRunning ? stubSession(session) : session;
}

/** What the chip needs before it can work undisturbed (fact sheet 4.6). */
async function prepare(session: RomSession): Promise<void> {
  if (session.secureDownload || session.identity === null) return;
  const { watchdogs, flashPower } = session.chip;
  // Only the USB-Serial/JTAG console leaves the watchdogs running.
  if (watchdogs !== null && session.usbMode === "serial-jtag") await disableWatchdogs(session, watchdogs);
  if (flashPower !== null) {
    const word = await readWords(session, flashPower.registers);
    await runRegisterSteps(session, flashPower.steps(session.identity, word));
  }
}

/** Leaves a chip whose connection failed half-way as asked: a loader that nobody uses is no good end. */
async function abandon(attempt: Attempt, session: Session | null): Promise<void> {
  const { link, options } = attempt;
  const after = options.after ?? "hard-reset";
  if (session !== null) {
    await leave(session, after);
    return;
  }
  const mayReset = after !== "no-reset" && after !== "no-reset-stub";
  const wasReset = options.before === undefined || options.before === "default-reset" || options.before === "usb-reset";
  if (link.isOpen && link.lostBecause === null && mayReset && wasReset) await resetUnknownChip(attempt);
  await link.close();
}

async function resetUnknownChip({ link, emit, options }: Attempt): Promise<void> {
  const custom = options.customHardResetSequence;
  try {
    await link.withoutSignal(() =>
      runResetSequence(link.port, custom === undefined ? hardReset(false) : parseResetSequence(custom), link.clock),
    );
    emit({ type: "reset.done", how: "hard", message: "Hard resetting via RTS pin..." });
  } catch (error) {
    // The reason for which connecting failed is the one to tell; a port without lines has been warned about.
    if (!isEspError(error)) throw error;
  }
}
