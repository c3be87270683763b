// Shelf: from a port to a session: reset, synchronise, detect, identify, stub, rate; again after a loss.
// In: a port and `ConnectOptions`.
// Out: a `Session`, or an `EspError` and the port closed.

import { loadChip } from "../../chip/load-chip.ts";
import { traitsOf } from "../../chip/loader-traits.ts";
import { type EspError, isEspError, throwIfAborted, toEspError } from "../../errors.ts";
import type { Emit, EspEvent, EventListener } from "../../events.ts";
import { Link } from "../../link/link.ts";
import { checkPort } from "../../port/check-port.ts";
import type { Port } from "../../port/port.ts";
import { shieldListener } from "../../shield-listener.ts";
import { DEFAULT_LIMITS, type TimeoutLimits } from "../../wire/command.ts";
import { highestRate } from "../climb/ladder.ts";
import { LINE_TALK } from "../climb/line-talk.ts";
import { loadSearch } from "../climb/load-search.ts";
import { emitIdentity, readIdentity } from "../facts/identity.ts";
import { handOut } from "../handle.ts";
import { disconnect } from "../reset/disconnect.ts";
import { hardResetLines, haveResetAtHand, resetAndClose } from "../reset/leave.ts";
import { usbMode } from "../reset/usb-mode.ts";
import { disableWatchdogs } from "../reset/watchdogs.ts";
import type { ConnectOptions, LineRate, LiveSession, RomSession, Session } from "../session.ts";
import { changeBaud } from "../talk/change-baud.ts";
import { askedRate, COMMON_BAUD } from "../talk/common-baud.ts";
import { failure } from "../talk/failure.ts";
import { type RegisterAccess, readWords, runRegisterSteps } from "../talk/registers.ts";
import { isTransient, repeatable } from "../talk/resynchronise.ts";
import { noteSameChip, refuseAnotherChip, requireSameChip } from "../talk/same-chip.ts";
import { tellUnusual } from "../talk/tell-unusual.ts";
import { watchLoss } from "../talk/watch-loss.ts";
import { checkConnectOptions, checkSequences } from "./check-connect-options.ts";
import { detectChip } from "./detect.ts";
import { reachLoader } from "./reach-loader.ts";
import { keepReset } from "./remembered-reset.ts";
import { pluginsNeedStub, startStub, stubObstacle, stubSession } from "./start-stub.ts";

/**
 * Opens the port, brings the chip's loader to answer, finds out what it is, starts the flasher stub and raises the baud
 * rate.
 *
 * Throws `port.*` when the port cannot be opened, `connect.*` (or `port.busy`, for a server that hangs up) with
 * `details.diagnosis` when no chip answers,
 * `connect.wrong-chip`, `stub.start-failed`, `stub.required` and `stub.plugin-missing` when plugins are wanted that
 * cannot be had, `package.part-missing`, `operation.aborted`. The port is closed then, and the chip reset as
 * `options.after` says.
 *
 * @example
 * const session = await connect(port, { baudRate: 921600, onEvent: console.log });
 */
export async function connect(port: Port, options: ConnectOptions = {}): Promise<Session> {
  checkPort(port, "port");
  const wanted = checkConnectOptions(options, "options");
  if (wanted.stub === false && (wanted.plugins ?? []).length > 0) throw await pluginsNeedStub(null);
  await checkSequences(wanted);
  const name = wanted.name ?? port.info.path;
  const tell = safeListener(wanted.onEvent);
  const emit: Emit = (body) => tell({ session: name, ...body });
  // The check has taken out what is undefined.
  const limits: TimeoutLimits = { ...DEFAULT_LIMITS, ...(wanted.limits as Partial<TimeoutLimits> | undefined) };
  const link = new Link({ port, limits, emit, trace: wanted.trace ?? false });
  const live = await link.withSignal(wanted.signal, () => establish({ name, link, limits, emit, options: wanted }));
  const session = handOut(live, disconnect);
  try {
    throwIfAborted(wanted.signal);
  } catch (error) {
    await disconnect(session, { reset: wanted.after });
    throw error;
  }
  watchLoss(link, emit);
  return session;
}

/** A listener of events that cannot disturb the work that it hears of. */
export function safeListener(listener: EventListener | undefined): (event: EspEvent) => void {
  return shieldListener(listener, (reason, { session, type }) => ({
    session,
    type: "warning",
    code: "listener.failed",
    message: `The listener for events failed at '${type}': ${reason}. The work goes on.`,
    details: { event: type },
  }));
}

/** One way from a closed port to a session. */
export interface Attempt {
  readonly name: string;
  readonly link: Link;
  readonly limits: TimeoutLimits;
  readonly emit: Emit;
  readonly options: ConnectOptions;
  /** The session whose connection is being restored: no other chip and no other loader will do. */
  readonly returning?: LiveSession | undefined;
}

/** When the baud rate is raised: before the stub is uploaded (fastest), after it, or not at all. */
type BaudPlan = "first" | "last" | "never";

/** `connect` over a link that is there already. Throws as `connect` does. */
export async function establish(attempt: Attempt): Promise<LiveSession> {
  let plan: BaudPlan = "first";
  for (;;) {
    const outcome = await tryToEstablish(attempt, plan);
    if ("session" in outcome) return outcome.session;
    // The line did not stand the higher rate. Once more from the reset on, the slower and safer way.
    const baudRate = askedRate(attempt.options.baudRate) ?? COMMON_BAUD;
    const facts = { baudRate, reason: outcome.reason.code, uploadsSlowly: outcome.next === "last" };
    await tellUnusual(attempt.emit, "warning", "connect.slower", facts);
    await attempt.link.close();
    plan = outcome.next;
  }
}

type Outcome = { readonly session: LiveSession } | { readonly next: BaudPlan; readonly reason: EspError };

async function tryToEstablish(attempt: Attempt, plan: BaudPlan): Promise<Outcome> {
  const { options, link } = attempt;
  let session: LiveSession | null = null;
  let used: BaudPlan = "never";
  try {
    const { stubRunning, reset, syncs } = await reachLoader(link, attempt.emit, options);
    session = await identify(attempt, stubRunning);
    if (attempt.returning !== undefined) await refuseAnotherChip(attempt.returning, session.mac);
    await haveResetAtHand(session);
    if (session.loader === "stub") session.emit({ type: "stub.already-running" });
    else await calmWatchdogs(session);
    await powerFlash(session);
    emitIdentity(session, session.emit);
    await keepReset(session, reset);
    const baudRate = askedRate(options.baudRate) ?? COMMON_BAUD;
    if (baudRate > link.baudRate && session.usbMode === "uart") used = settlePlan(plan, session, options);
    if (used === "first") await changeBaud(session, baudRate);
    if (session.loader === "rom" && (options.stub ?? true)) {
      const mayBeFast = syncs === 1 && mayRaiseUnasked(session, options);
      session = (mayBeFast && (await uploadFast(attempt, session))) || (await startStub(session, options.plugins));
    }
    if (used === "last") await changeBaud(session, baudRate);
    if (attempt.returning !== undefined) await requireSameLoader(attempt.returning, session);
    noteSameChip(link);
    return { session };
  } catch (error) {
    const next = slowerPlan(used, error);
    if (next !== null && mayResetAgain(attempt)) return { next, reason: toEspError(error) };
    await abandon(attempt, session);
    throw toEspError(error);
  }
}

/** Nobody named a rate: one that is not understood is left by a reset. For the stub alone no port is closed and opened again. */
function mayRaiseUnasked(session: LiveSession, options: ConnectOptions): boolean {
  const isInPlace = !session.link.port.capabilities.reopensForBaud;
  return isInPlace && session.rate.ceiling !== null && shouldRaiseBaudFirst(session, options);
}

/** At the best rate that ROM and line have for it. Null: not at another than that of connecting; undefined: nor is the part there that finds it. */
async function uploadFast(attempt: Attempt, session: RomSession): Promise<LiveSession | null | undefined> {
  const { link, options } = attempt;
  const search = await loadSearch(session.rate).catch(() => undefined);
  const again = async (emit: Emit): Promise<void> => {
    await link.close();
    await reachLoader(link, emit, options);
    await repeatable(session, () => requireSameChip(session));
    await powerFlash(session);
  };
  return await search?.uploadFast({ session, talk: LINE_TALK }, { again, startStub });
}

/** What the session says of its loader must stay true. */
async function requireSameLoader({ loader, chip }: LiveSession, found: LiveSession): Promise<void> {
  if (loader === found.loader) return;
  throw await failure("stub.start-failed", "other-loader", { chip: chip.name, wanted: loader });
}

/** Raising first pays when a stub is to be uploaded through a ROM that counts its baud rate right. */
function settlePlan(plan: BaudPlan, session: LiveSession, options: ConnectOptions): BaudPlan {
  return plan === "first" && !shouldRaiseBaudFirst(session, options) ? "last" : plan;
}

function slowerPlan(used: BaudPlan, error: unknown): BaudPlan | null {
  if (used === "never") return null;
  if (isEspError(error, "session.baud-failed")) return "never";
  return used === "first" && isWorthSlowerTry(error) ? "last" : null;
}

/** Climbing is for lines whose rate means something, and for chips that a reset brings back from the wrong one. */
function lineRate(attempt: Attempt, facts: Pick<LiveSession, "usbMode" | "mac" | "crystalMhz" | "loader">): LineRate {
  const { options, link } = attempt;
  const climbs =
    askedRate(options.baudRate) === null &&
    (options.stub ?? true) &&
    facts.loader === "rom" &&
    facts.usbMode === "uart" &&
    facts.mac !== null &&
    link.port.capabilities.baud &&
    mayResetAgain(attempt);
  const ceiling = climbs ? highestRate({ port: link.port.info, crystalMhz: facts.crystalMhz }) : null;
  const seen = { sinceBytes: 0, troubles: 0, left: null, isNoise: false };
  return { ceiling, climbed: false, seen, connectAgain };
}

/**
 * From the reset on, so that the session is what it was: the same chip, the same loader, at this rate or, where the line does
 * not stand it, at a lower one. The link is closed before. Throws as `connect` does.
 */
export async function connectAgain(
  session: LiveSession,
  changes: Pick<ConnectOptions, "baudRate" | "connectAttempts">,
  emit: Emit = session.emit,
): Promise<void> {
  const { name, link, limits, chip, loader, connecting } = session;
  // The signal of connecting may have been meant for that alone; the one of the operation is in force now.
  const now = { chip: chip.id, stub: loader === "stub", signal: link.signal };
  const options = { ...connecting, ...now, ...changes };
  const found = await establish({ name, link, limits, emit, options, returning: session });
  // What ran on the chip meanwhile may have burned eFuses.
  const { words, security } = found.memory;
  session.memory.words.clear();
  for (const [address, word] of words) session.memory.words.set(address, word);
  session.memory.security = security;
}

/** Only a reset brings a chip back from a rate that nobody can talk at. */
function mayResetAgain({ link, options }: Attempt): boolean {
  const before = options.before ?? "default-reset";
  return link.port.capabilities.lines && (before === "default-reset" || before === "usb-reset");
}

function isWorthSlowerTry(error: unknown): boolean {
  return isTransient(error) || isEspError(error, "stub.start-failed") || isEspError(error, "link.desynchronised");
}

/** The upload of the stub is most of the time of a connection; a ROM that needs no correction can do it faster. */
function shouldRaiseBaudFirst(session: LiveSession, options: ConnectOptions): boolean {
  return (
    session.loader === "rom" &&
    (options.stub ?? true) &&
    session.traits.canChangeBaud &&
    session.chip.romBaud === null &&
    session.link.port.capabilities.baud &&
    stubObstacle(session) === null
  );
}

async function identify(attempt: Attempt, stubRunning: boolean): Promise<LiveSession> {
  const { name, link, limits, emit, options } = attempt;
  const access: RegisterAccess = {
    link,
    loader: stubRunning ? "stub" : "rom",
    memory: { words: new Map() },
  };
  const { id, securityInfo, secureDownload } = await detectChip(access, options.chip ?? "auto", emit);
  const atHand = attempt.returning === undefined ? options.chips : [attempt.returning.chip];
  const chip = await loadChip(id, atHand);
  throwIfAborted(link.signal);
  const facts = secureDownload ? { identity: null, mac: null, crystalMhz: null } : await readIdentity(access, chip);
  const mode = usbMode(chip, link.port.info);
  const traits = traitsOf(chip, "rom", { usbOtg: mode === "otg", secureDownload });
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
    memory: { words: access.memory.words, security: securityInfo, flash: undefined },
    rate: lineRate(attempt, { ...facts, usbMode: mode, loader: access.loader }),
    customHardResetSequence: options.customHardResetSequence,
    connecting: options,
    loader: "rom",
  };
  return stubRunning ? stubSession(session) : session;
}

/** Only the USB-Serial/JTAG console leaves the watchdogs running (fact sheet 4.6). A running stub was given calm before. */
async function calmWatchdogs(session: RomSession): Promise<void> {
  const { watchdogs } = session.chip;
  if (session.secureDownload || watchdogs === null || session.usbMode !== "serial-jtag") return;
  await disableWatchdogs(session, watchdogs);
}

/** Some chips do not power their flash themselves (fact sheet 4.6); needed again even where a stub is found running. */
async function powerFlash(session: LiveSession): Promise<void> {
  const { flashPower } = session.chip;
  if (session.identity === null || flashPower === null) return;
  const word = await readWords(session, flashPower.registers);
  await runRegisterSteps(session, flashPower.steps(session.identity, word));
}

/** Leaves a chip whose connection failed half-way as asked: a loader that nobody uses is no good end. */
async function abandon(attempt: Attempt, session: LiveSession | null): Promise<void> {
  const { link, options } = attempt;
  const after = options.after ?? "hard-reset";
  if (session !== null) {
    await resetAndClose(session, after);
    return;
  }
  const mayReset = after !== "no-reset" && after !== "no-reset-stub";
  if (link.isOpen && link.lostBecause === null && mayReset && mayResetAgain(attempt)) await resetUnknownChip(attempt);
  await link.close();
}

async function resetUnknownChip({ link, emit, options }: Attempt): Promise<void> {
  const how = { custom: options.customHardResetSequence, isSlow: false };
  try {
    await link.withoutSignal(() => hardResetLines(link, emit, how));
  } catch (error) {
    // The reason for which connecting failed is the one to tell; a port without lines has been warned about.
    if (!isEspError(error)) throw error;
  }
}
