import type { checkBytes } from "../../check/bytes.ts";
import type { Clock } from "../../clock.ts";
import type { host } from "../../host.ts";
import type { HostMemory } from "../../host-memory.ts";
import type { PortInfo } from "../../port/port.ts";
import { shieldMemory } from "./shield-memory.ts";

/** More than anything that is kept here takes. */
const MOST_BYTES = 1024;
const MOST_OF_A_NAME = 24;
const VERSION = 1;
const RESETS = "reset-sequences";
const RATES = "baud-rates";
/** After so many uses it is looked whether more is possible: whatever stood in the way may be gone. */
const LOOK_HIGHER_AFTER = 16;

/** Nothing that is remembered is worth more than this. */
const LONGEST_ANSWER_MS = 1000;

/** Of the last connection on this adapter that took another reset than the usual first one. */
export interface RememberedReset {
  readonly sequence: string;
  /** MAC address of the board. */
  readonly board: string;
}

export interface RememberedRate {
  readonly baudRate: number;
  /** How often it was found again since more than it was tried. */
  readonly uses: number;
  /** It was used so often that the rates above it are due again. */
  readonly looksHigher: boolean;
}

/** A board on an adapter: another chip there, or the same elsewhere, is another. */
export interface Board {
  readonly chip: string;
  /** MAC address in hexadecimal. */
  readonly mac: string;
  readonly adapter: PortInfo;
}

/** How the loader was reached, and how it was to be. */
export interface ReachedBy {
  /** The last reset before it answered. */
  readonly worked: string | undefined;
  /** What would be first without a memory. */
  readonly usual: string | undefined;
  readonly remembered: RememberedReset | null;
}

/** What is tried in which order. */
export interface ResetOrder<Sequence> extends Omit<ReachedBy, "worked"> {
  readonly sequences: readonly Sequence[];
}

type Facts = Readonly<Record<string, unknown>>;

/** A host's memory, for facts. */
export interface FactMemory {
  /** What was kept, if it is an object of this version; who asks looks at what is in it. */
  recall(topic: string, key: string): Promise<Facts | null>;
  /** Null: it is forgotten. */
  keep(topic: string, key: string, facts: Facts | null): Promise<void>;
}

/** Given, because this is a part of its own: what it shared with each page would be a file more there. */
export interface HostParts {
  readonly host: Pick<typeof host, "TextDecoder" | "TextEncoder">;
  /** Of real time, whatever the clock of the port is: that of a simulated chip is far ahead of any file. */
  readonly clock: Clock;
  readonly checkBytes: typeof checkBytes;
}

/** A memory that always answers: one that fails, or has not answered after a second, remembers nothing. */
export function factMemory(given: HostMemory, { host, clock, checkBytes }: HostParts): FactMemory {
  const memory = shieldMemory(given, checkBytes);
  const within = <T>(answer: Promise<T>): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(LONGEST_ANSWER_MS, () => resolve(undefined));
      answer.then(resolve, reject).finally(cancel);
    });
  return {
    async recall(topic, key) {
      const bytes = await within(memory.recall(topic, key));
      if (bytes === undefined || bytes.length > MOST_BYTES) return null;
      try {
        const found: unknown = JSON.parse(new host.TextDecoder("utf-8", { fatal: true }).decode(bytes));
        const isObject = typeof found === "object" && found !== null && !Array.isArray(found);
        return isObject && "version" in found && found.version === VERSION ? { ...found } : null;
      } catch {
        // Damaged: as if there were nothing.
        return null;
      }
    },
    async keep(topic, key, facts) {
      const text = facts === null ? "" : `${JSON.stringify({ version: VERSION, ...facts })}\n`;
      await within(memory.keep(topic, key, new host.TextEncoder().encode(text)));
    },
  };
}

/** The sequence that worked last time first. */
export async function orderResets<Sequence extends { readonly name: string }>(
  memory: FactMemory,
  adapter: PortInfo,
  asUsual: ResetOrder<Sequence>,
): Promise<ResetOrder<Sequence>> {
  const { sequences, usual } = asUsual;
  if (sequences.length < 2) return asUsual;
  const remembered = await recallReset(
    memory,
    adapter,
    sequences.map(({ name }) => name),
  );
  const isFirst = ({ name }: Sequence): boolean => name === remembered?.sequence;
  return { sequences: [...sequences.filter(isFirst), ...sequences.filter((one) => !isFirst(one))], usual, remembered };
}

/** What worked last time, of these names. Names alone are kept: what is done to the lines is never taken from there. */
async function recallReset(
  memory: FactMemory,
  adapter: PortInfo,
  names: readonly string[],
): Promise<RememberedReset | null> {
  const facts = await memory.recall(RESETS, adapterKey(adapter));
  const sequence = names.find((name) => name === facts?.["sequence"]);
  return sequence === undefined ? null : { sequence, board: String(facts?.["board"]).slice(0, 16) };
}

export async function keepReset(
  memory: FactMemory,
  { mac, adapter }: Board,
  { worked, usual, remembered }: ReachedBy,
): Promise<void> {
  if (worked === undefined || usual === undefined) return;
  const isRemembered = worked === remembered?.sequence;
  if (isRemembered && mac === remembered?.board) return;
  // Another board answers to what was remembered, as it may to anything: the usual order is tried with it first.
  const isNew = worked !== usual && !isRemembered;
  if (isNew || remembered !== null)
    await memory.keep(RESETS, adapterKey(adapter), isNew ? { sequence: worked, board: mac } : null);
}

/** The rate that this board had on this adapter, if it is one that would be tried. */
export async function recallRate(
  memory: FactMemory,
  board: Board,
  isTried: (baudRate: number) => boolean,
): Promise<RememberedRate | null> {
  const { baudRate, uses } = (await memory.recall(RATES, boardKey(board))) ?? {};
  if (typeof baudRate !== "number" || !isTried(baudRate)) return null;
  if (typeof uses !== "number" || !Number.isSafeInteger(uses) || uses < 0) return null;
  return { baudRate, uses, looksHigher: uses >= LOOK_HIGHER_AFTER };
}

/** Null: no rate is worth remembering. */
export async function keepRate(
  memory: FactMemory,
  board: Board,
  rate: { readonly found: number | null; readonly remembered: RememberedRate | null },
): Promise<void> {
  const { found, remembered } = rate;
  const isFoundAgain = remembered?.baudRate === found && !remembered.looksHigher;
  const facts = found === null ? null : { baudRate: found, uses: isFoundAgain ? remembered.uses + 1 : 0 };
  if (facts !== null || remembered !== null) await memory.keep(RATES, boardKey(board), facts);
}

/** Words for an adapter, the same wherever it is plugged in where it has a serial number; else for its kind, or for its port. */
export function adapterKey(info: PortInfo): string {
  const { usbVendorId, usbProductId, serialNumber } = info;
  if (usbVendorId === undefined || usbProductId === undefined) return `port-${plainWord(info.path)}`;
  const kind = `usb-${hex(usbVendorId)}-${hex(usbProductId)}`;
  return serialNumber === undefined ? kind : `${kind}-${plainWord(serialNumber)}`;
}

function boardKey({ chip, mac, adapter }: Board): string {
  return `${chip}-${mac}-${adapterKey(adapter)}`;
}

const hex = (id: number): string => id.toString(16).padStart(4, "0").slice(0, 8);

/** The end tells more than the beginning: serial numbers count up there, and paths have their number there. */
function plainWord(text: string): string {
  const letters = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return letters.slice(-MOST_OF_A_NAME).replaceAll(/^-|-$/g, "") || "0";
}
