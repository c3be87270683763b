import { toHex } from "../../bytes/hex.ts";
import { host } from "../../host.ts";
import { type HostMemory, shieldMemory } from "../../host-memory.ts";
import type { PortInfo } from "../../port/port.ts";
import type { ConnectOptions, LiveSession } from "../session.ts";

/** More than anything that is kept here takes. */
const MOST_BYTES = 1024;
const MOST_OF_A_NAME = 24;
const VERSION = 1;

/** Words for an adapter, the same wherever it is plugged in where it has a serial number; else for its kind, or for its port. */
export function adapterKey(info: PortInfo): string {
  const { usbVendorId, usbProductId, serialNumber } = info;
  if (usbVendorId === undefined || usbProductId === undefined) return `port-${plainWord(info.path)}`;
  const kind = `usb-${hex(usbVendorId)}-${hex(usbProductId)}`;
  return serialNumber === undefined ? kind : `${kind}-${plainWord(serialNumber)}`;
}

/** Words for a board on an adapter: another chip there, or the same elsewhere, is another. Null: it cannot be told. */
export function boardKey({ chip, mac, link }: Pick<LiveSession, "chip" | "mac" | "link">): string | null {
  return mac === null ? null : `${chip.id}-${toHex(mac.base)}-${adapterKey(link.port.info)}`;
}

/** What was kept of it, if it is an object of this version; who asks looks at what is in it. */
export async function recallFacts(
  memory: HostMemory | undefined,
  topic: string,
  key: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  const bytes = await shieldMemory(memory).recall(topic, key);
  if (bytes === undefined || bytes.length > MOST_BYTES) return null;
  try {
    const found: unknown = JSON.parse(new host.TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const isObject = typeof found === "object" && found !== null && !Array.isArray(found);
    return isObject && "version" in found && found.version === VERSION ? { ...found } : null;
  } catch {
    // Damaged: as if there were nothing.
    return null;
  }
}

/** Null: it is forgotten. */
export async function keepFacts(
  memory: ConnectOptions["memory"],
  topic: string,
  key: string,
  facts: Readonly<Record<string, string | number>> | null,
): Promise<void> {
  const text = facts === null ? "" : `${JSON.stringify({ version: VERSION, ...facts })}\n`;
  await shieldMemory(memory).keep(topic, key, new host.TextEncoder().encode(text));
}

const hex = (id: number): string => id.toString(16).padStart(4, "0").slice(0, 8);

/** The end tells more than the beginning: serial numbers count up there, and paths have their number there. */
function plainWord(text: string): string {
  const letters = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return letters.slice(-MOST_OF_A_NAME).replaceAll(/^-|-$/g, "") || "0";
}
