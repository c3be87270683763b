import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHIPS } from "../../src/chips.ts";
import {
  type AfterMode,
  type ConnectOptions,
  connect,
  disconnect,
  ERROR_CODES,
  type ErrorCode,
  EspError,
  type EspEvent,
  type Session,
} from "../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../src/virtual.ts";
import { FlashModel } from "../support/chip/flash-model.ts";
import { armFault, type SoakFault } from "../support/chip/soak-faults.ts";
import { randomOperation, type SoakOperation } from "../support/chip/soak-operations.ts";
import { type Random, seededRandom } from "../support/mutation.ts";
import { pick } from "../support/pick.ts";

/**
 * Random sequences of operations on random virtual chips with random faults. After each operation the flash is compared
 * with a plain array that says what must be there. `SOAK_RUNS` sequences (default below; `npm run soak` does 1,000),
 * the first of them from `SOAK_SEED`; a failure names the seed that repeats it alone.
 */
const RUNS = Number(process.env["SOAK_RUNS"] ?? 250);
const FIRST_SEED = Number(process.env["SOAK_SEED"] ?? 1);
const SEQUENCES_PER_TEST = 50;
/** On the chip's clock. The longest honest wait is for a chip erase that is repeated. */
const LONGEST_OPERATION_MS = 30 * 60_000;
const FLASH_BYTES = 0x80000;

class SoakFailure extends Error {}

interface Sequence {
  readonly random: Random;
  readonly chip: VirtualChip;
  readonly model: FlashModel;
  readonly steps: string[];
  session: Session | null;
  /** What goes wrong during the present operation. */
  fault: SoakFault | null;
  /** Nothing has happened in this session that a session need not survive. */
  healthy: boolean;
  /** How the session before was left; what a new one may count on. */
  left: AfterMode;
  /** The rate of a loader that stays at the one it has. */
  leftAt: number;
}

function randomChip(random: Random): VirtualChip {
  const descriptor = pick(random, CHIPS);
  const usbs: NonNullable<VirtualChipOptions["usb"]>[] = ["uart", "uart", "uart"];
  if (descriptor.usb.serialJtag) usbs.push("serial-jtag");
  if (descriptor.usb.otgProductId !== null) usbs.push("otg");
  const contents = Uint8Array.from({ length: 0x20000 }, (_, at) => (at >>> 7) ^ (at % 251));
  return virtualChip(descriptor.id, {
    usb: pick(random, usbs),
    atomicLines: random(3) > 0,
    boot: pick(random, ["flash", "flash", "download"] as const),
    contents: random(2) === 0 ? [{ address: 0, bytes: contents }] : [],
    silicon: {
      flash: { sizeBytes: FLASH_BYTES, jedecId: [0xc8, 0x40, 0x13] },
      ...(descriptor.rom.hasSecurityInfo && random(8) === 0 ? { secureDownload: true } : {}),
    },
  });
}

function randomConnectOptions({ random, chip, left, leftAt, healthy }: Sequence): ConnectOptions {
  const stayed = left === "no-reset" || left === "no-reset-stub";
  return {
    stub: random(4) > 0,
    baudRate: pick(random, [115_200, 115_200, 230_400, 460_800, 921_600, 921_600]),
    ...(random(2) === 0 ? { chip: chip.chip.id } : {}),
    ...(stayed && healthy && random(2) === 0
      ? { before: "no-reset", ...(left === "no-reset-stub" && { baudRate: leftAt }) }
      : {}),
    after: "no-reset",
  };
}

/** Ends when the work does, or with a failure when it took too long on the chip's clock. What never ends is the watchdog's. */
async function bounded<T>(chip: VirtualChip, work: Promise<T>): Promise<T> {
  const start = chip.clock.now();
  return await work.finally(checkTime);

  function checkTime(): void {
    const tookMs = chip.clock.now() - start;
    if (tookMs > LONGEST_OPERATION_MS) throw new SoakFailure(`it took ${tookMs} ms of the chip's time`);
  }
}

/** Every failure is an `EspError` with a code of the list and a hint. */
function checkError(error: unknown): EspError {
  if (error instanceof SoakFailure) throw error;
  if (!(error instanceof EspError))
    throw new SoakFailure(`not an EspError: ${error instanceof Error ? error.stack : error}`);
  if (!ERROR_CODES.includes(error.code) || error.code === "internal")
    throw new SoakFailure(`unknown code ${error.code}: ${error.message}`);
  // Who stops an operation needs no advice.
  if (error.code !== "operation.aborted" && (error.hint ?? "") === "")
    throw new SoakFailure(`no hint with ${error.code}: ${error.message}`);
  return error;
}

async function requireClosed({ chip }: Sequence): Promise<void> {
  try {
    await chip.port.write(Uint8Array.of(0));
  } catch (error) {
    if (error instanceof EspError && error.code === "port.closed") return;
  }
  throw new SoakFailure("the port is not closed");
}

/** Connects, perhaps with a fault, which is taken away when it was in the way. */
async function open(sequence: Sequence): Promise<Session> {
  const { random, chip, steps } = sequence;
  const onEvent = ({ type }: EspEvent): void => sequence.fault?.onEvent?.(type);
  let fault: SoakFault | null = random(5) === 0 ? armFault(random, chip, { address: 0, sizeBytes: 1 }) : null;
  for (let attempt = 1; ; attempt++) {
    const options = randomConnectOptions(sequence);
    steps.push(`connect ${JSON.stringify(options)}${fault === null ? "" : ` with ${fault.label}`}`);
    const abort = new AbortController();
    const stopping = random(12) === 0 ? chip.clock.after(random(3000), () => abort.abort()) : null;
    try {
      const session = await bounded(chip, connect(chip.port, { ...options, signal: abort.signal, onEvent }));
      sequence.healthy = fault === null || fault.kind === "line";
      return session;
    } catch (error) {
      const { code } = checkError(error);
      steps.push(`  ${code}`);
      if (fault === null && stopping === null) throw error;
      await requireClosed(sequence);
    } finally {
      stopping?.();
      chip.faults.clear();
    }
    if (attempt > 5) throw new SoakFailure("no connection in six attempts");
    fault = null;
    sequence.healthy = false;
    await settle(sequence);
    sequence.left = "hard-reset";
  }
}

async function close(sequence: Sequence): Promise<void> {
  const { session, random, chip } = sequence;
  if (session === null) return;
  const after = pick(random, ["hard-reset", "hard-reset", "no-reset", "no-reset-stub", "soft-reset"] as const);
  const fault = random(6) === 0 ? armFault(random, chip, { address: 0, sizeBytes: 1 }) : null;
  sequence.steps.push(`leave ${after}${fault === null ? "" : ` with ${fault.label}`}`);
  // A session that has ended has no rate any more.
  sequence.leftAt = session.baudRate;
  await bounded(chip, disconnect(session, { reset: after }));
  chip.faults.clear();
  await requireClosed(sequence);
  sequence.session = null;
  // With a fault in the way nobody knows how it was left.
  sequence.left = fault === null ? after : "hard-reset";
  if (fault !== null) sequence.healthy = false;
  await settle(sequence);
}

/** Long enough for a pulled cable that is still to come, and for a chip with its own USB to be back. */
const SETTLE_MS = 6000;

async function settle({ chip, healthy }: Sequence): Promise<void> {
  await sleep(chip, SETTLE_MS);
  chip.replug();
  // A USB-OTG console is software of the chip: one that hangs does not see the lines, and somebody must pull the plug.
  if (!healthy && chip.port.info.usbProductId === chip.chip.usb.otgProductId) chip.powerCycle();
  await sleep(chip, SETTLE_MS);
}

async function sleep(chip: VirtualChip, ms: number): Promise<void> {
  await new Promise<void>((resolve) => void chip.clock.after(ms, resolve));
}

async function step(sequence: Sequence, session: Session): Promise<void> {
  const { random, chip, model, steps } = sequence;
  const operation = randomOperation(random, chip);
  const near = operation.touches[0] ?? { address: 0, sizeBytes: 0x1000 };
  const fault = random(2) === 0 ? armFault(random, chip, near) : null;
  sequence.fault = fault;
  const abort = new AbortController();
  const stopAfterMs = random(6) === 0 ? random(pick(random, [5, 50, 300, 1500])) : null;
  const stopping = stopAfterMs === null ? null : chip.clock.after(stopAfterMs, () => abort.abort());
  steps.push(
    `${session.loader}: ${operation.label}${fault === null ? "" : ` with ${fault.label}`}${stopAfterMs === null ? "" : ` stopped after ${stopAfterMs} ms`}`,
  );
  try {
    const bench = { chip, model, session, fault, signal: abort.signal };
    const complaint = await bounded(chip, operation.run(bench));
    if (complaint !== null && !isExcused(sequence, operation, fault)) throw new SoakFailure(complaint);
  } catch (error) {
    const { code, message } = checkError(error);
    steps.push(`  ${code}: ${message}`);
    for (const { address, sizeBytes } of operation.touches) model.doubt(address, sizeBytes);
    requireReason(sequence, operation, { code, excused: fault !== null || stopping !== null });
  } finally {
    stopping?.();
    chip.faults.clear();
    sequence.fault = null;
  }
  if (fault?.kind === "cable") await sleep(chip, SETTLE_MS);
  // A request that arrived as another one may have erased anything; only what was proved is known.
  if (fault?.kind === "noise") adoptDamage(sequence);
  if (fault !== null && fault.kind !== "line" && fault.kind !== "flash") sequence.healthy = false;
  compare(sequence);
}

function isExcused({ healthy }: Sequence, operation: SoakOperation, fault: SoakFault | null): boolean {
  if (operation.label.startsWith("write")) return false;
  return !healthy || fault?.kind === "noise";
}

function requireReason(
  { healthy }: Sequence,
  operation: SoakOperation,
  { code, excused }: { readonly code: ErrorCode; readonly excused: boolean },
): void {
  if (!healthy || excused || operation.refusals.includes(code)) return;
  throw new SoakFailure(`refused without a reason: ${code}`);
}

function adoptDamage({ chip, model }: Sequence): void {
  const flash = chip.flash.read(0, FLASH_BYTES);
  for (let at = model.firstDifference(flash); at !== null; at = model.firstDifference(flash)) model.doubt(at, 1);
}

function compare({ chip, model }: Sequence): void {
  const at = model.firstDifference(chip.flash.read(0, FLASH_BYTES));
  if (at !== null)
    throw new SoakFailure(
      `flash at 0x${at.toString(16)} is ${chip.flash.read(at, 1)[0]} instead of ${model.bytes[at]}`,
    );
}

async function soak(seed: number): Promise<void> {
  const random = seededRandom(seed);
  const chip = randomChip(random);
  const model = new FlashModel(chip.flash.read(0, FLASH_BYTES));
  const steps: string[] = [`${chip.chip.id} ${JSON.stringify(chip.port.info.product)}`];
  const sequence: Sequence = {
    random,
    chip,
    model,
    steps,
    session: null,
    fault: null,
    healthy: true,
    left: "hard-reset",
    leftAt: 115_200,
  };
  try {
    for (let count = 2 + random(5); count > 0; count--) {
      if (!sequence.healthy && random(3) > 0) await close(sequence);
      else if (random(8) === 0) await close(sequence);
      sequence.session ??= await open(sequence);
      await step(sequence, sequence.session);
    }
    await close(sequence);
    compare(sequence);
  } catch (error) {
    const reason = error instanceof Error ? (error instanceof SoakFailure ? error.message : error.stack) : error;
    throw new Error(`SOAK_SEED=${seed} SOAK_RUNS=1: ${reason}\n${steps.join("\n")}`, { cause: error });
  }
}

const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);
beforeAll(() => void process.on("unhandledRejection", onRejection));
afterAll(() => void process.off("unhandledRejection", onRejection));

describe("random sequences", () => {
  const starts = Array.from({ length: Math.ceil(RUNS / SEQUENCES_PER_TEST) }, (_, at) => at * SEQUENCES_PER_TEST);
  it.each(starts.map((start) => [FIRST_SEED + start, Math.min(SEQUENCES_PER_TEST, RUNS - start)]))(
    "from seed %i on, %i of them",
    async (first, count) => {
      const failures: string[] = [];
      for (let seed = first; seed < first + count; seed++) {
        try {
          await soak(seed);
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
        }
        if (rejections.length > 0) failures.push(`SOAK_SEED=${seed} SOAK_RUNS=1: unhandled ${rejections.splice(0)}`);
      }
      expect(failures.join("\n\n")).toBe("");
    },
  );
});
