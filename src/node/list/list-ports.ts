// Shelf: which ports there are, and which one is a chip.
// In: nothing but the system.
// Out: ports with what is wrong with each.

import { realpath } from "node:fs/promises";
import { type Check, optional } from "../../core/check/check.ts";
import { type Shape, shape } from "../../core/check/shapes.ts";
import { checkFunction, checkName, checkObject } from "../../core/check/values.ts";
import type { PortInfo } from "../../core/port/port.ts";
import { deviceAccess, deviceGroup } from "../system/device-access.ts";
import { type SerialPlatform, serialPlatform } from "../system/platform.ts";
import { findPortHolders, type PortHolder } from "../system/port-holders.ts";
import { loadSerialBinding, type SerialBinding, type SerialBindingInfo } from "../system/serial-binding.ts";
import { hexadecimal, listSysfsPorts } from "../system/sysfs.ts";
import { PORT_RANK, rankUsbIds } from "./usb-ids.ts";

/** A port of this computer with what can be said about it without opening it. */
export interface ListedPort extends PortInfo {
  /** Nothing is known that stands in the way of opening it. */
  readonly usable: boolean;
  /** Why it is not usable, for a person. */
  readonly reason?: string | undefined;
  /** How promising it is; see `PORT_RANK`. */
  readonly rank: number;
  /** It may be a chip's port: it is a USB device. */
  readonly likely: boolean;
}

export interface ListPortsOptions {
  readonly platform?: SerialPlatform | undefined;
  readonly load?: (() => Promise<SerialBinding>) | undefined;
  readonly sysRoot?: string | undefined;
  readonly devRoot?: string | undefined;
  readonly procRoot?: string | undefined;
  readonly groupFile?: string | undefined;
}

export const LIST_OPTIONS: Shape<ListPortsOptions> = {
  platform: optional(checkObject),
  load: optional(checkFunction),
  sysRoot: optional(checkName),
  devRoot: optional(checkName),
  procRoot: optional(checkName),
  groupFile: optional(checkName),
};
const checkListOptions: Check<ListPortsOptions> = shape(LIST_OPTIONS);

/**
 * The serial ports of this computer, the most promising first. Opens none of them.
 * Throws `port.library-missing` where the list comes from the serial library (macOS, Windows).
 */
export async function listPorts(options: ListPortsOptions = {}): Promise<ListedPort[]> {
  const wanted = checkListOptions(options, "options");
  const platform = wanted.platform ?? serialPlatform();
  const fromKernel = platform.listing === "sysfs";
  const infos = await knownPorts(platform, wanted);
  const holders = fromKernel
    ? await findPortHolders(new Set(infos.map((info) => info.path)), wanted.procRoot)
    : new Map<string, PortHolder>();
  const ports = await Promise.all(
    infos.map(async (info) => {
      const rank = rankUsbIds(info.usbVendorId, info.usbProductId);
      const reason = fromKernel ? await obstacle(info.path, holders.get(info.path), wanted.groupFile) : undefined;
      const usable = reason === undefined;
      return { ...info, usable, ...(usable ? {} : { reason }), rank, likely: rank > PORT_RANK.other };
    }),
  );
  return ports.sort((a, b) => b.rank - a.rank || a.path.localeCompare(b.path, "en", { numeric: true }));
}

function knownPorts(platform: SerialPlatform, options: ListPortsOptions): Promise<PortInfo[]> {
  return platform.listing === "sysfs"
    ? listSysfsPorts(options.sysRoot ?? "/sys", options.devRoot ?? "/dev")
    : listLibraryPorts(platform, options.load ?? loadSerialBinding);
}

async function obstacle(
  path: string,
  holder: PortHolder | undefined,
  groupFile: string | undefined,
): Promise<string | undefined> {
  const access = await deviceAccess(path);
  if (access === "absent")
    return "the kernel knows it, but its device file is not here (a container needs it passed in)";
  if (access === "denied") {
    const group = await deviceGroup(path, groupFile);
    return group === undefined ? "no permission" : `no permission; it belongs to the group ${group}`;
  }
  return holder === undefined ? undefined : `in use by ${holder.name} (process ${holder.processId})`;
}

async function listLibraryPorts(platform: SerialPlatform, load: () => Promise<SerialBinding>): Promise<PortInfo[]> {
  const ports = new Map<string, PortInfo>();
  for (const found of await (await load()).list()) {
    const path = platform.listedPath(found.path);
    if (path !== null) ports.set(path, libraryFacts(path, found));
  }
  return [...ports.values()];
}

function libraryFacts(path: string, found: SerialBindingInfo): PortInfo {
  const usbVendorId = hexadecimal(found.vendorId);
  const usbProductId = hexadecimal(found.productId);
  return {
    path,
    ...(usbVendorId !== undefined && { usbVendorId }),
    ...(usbProductId !== undefined && { usbProductId }),
    ...(found.serialNumber && { serialNumber: found.serialNumber }),
    ...(found.manufacturer && { manufacturer: found.manufacturer }),
    ...(found.friendlyName && { product: found.friendlyName }),
    ...(found.locationId && { location: found.locationId }),
  };
}

/**
 * What is known of a port given by name; a link such as `/dev/serial/by-id/...` is followed to find the device, but
 * kept as the path, because it still leads to the device when that comes back under another name.
 */
export async function portInfo(path: string, options: ListPortsOptions = {}): Promise<PortInfo> {
  const platform = options.platform ?? serialPlatform();
  const device = platform.listedPath(platform.nativePath(await realpath(path).catch(() => path)));
  // Without a list the port can still be opened; only the USB ids, which pick the best reset, are then unknown.
  const ports = await knownPorts(platform, options).catch(() => []);
  const known = ports.find((port) => port.path === device);
  return { ...known, path };
}
