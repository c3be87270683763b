import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Check, optional } from "../../core/check/check.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkFunction, checkName, checkObject } from "../../core/check/values.ts";
import { type ListPortsOptions, listPorts } from "../list/list-ports.ts";
import { deviceAccess, deviceGroup } from "../system/device-access.ts";
import { serialPlatform } from "../system/platform.ts";
import { findPortHolders } from "../system/port-holders.ts";
import { loadSerialBinding } from "../system/serial-binding.ts";
import type { ComputerFacts, PortFacts } from "./facts.ts";

/** Programs that talk to ports which nobody gave them, by the name of their process. */
const GRABBERS: readonly string[] = ["ModemManager", "brltty"];

const checkOptions: Check<ListPortsOptions> = shape<ListPortsOptions>({
  platform: optional(checkObject),
  load: optional(checkFunction),
  sysRoot: optional(checkName),
  devRoot: optional(checkName),
  procRoot: optional(checkName),
  groupFile: optional(checkName),
});

/** Looks at ports, rights, programs, Node and the driver; opens no port and changes nothing. Linux tells all, others less. */
export async function lookAtComputer(options: ListPortsOptions = {}): Promise<ComputerFacts> {
  const wanted = checkOptions(options, "options");
  const platform = wanted.platform ?? serialPlatform();
  const load = wanted.load ?? loadSerialBinding;
  const hasSerialDriver = await load().then(
    () => true,
    () => false,
  );
  const isLinux = platform.listing === "sysfs";
  const ports = await listPorts(wanted).catch(() => null);
  const holders = isLinux ? await findPortHolders(new Set(ports?.map(({ path }) => path)), wanted.procRoot) : new Map();
  return {
    platform: platform.name,
    nodeVersion: process.versions.node,
    hasSerialDriver,
    ports:
      ports &&
      (await Promise.all(
        ports.map(async ({ path, product }): Promise<PortFacts> => {
          const known = { path, ...(product !== undefined && { product }) };
          if (!isLinux) return { ...known, access: "unknown" };
          const holder = holders.get(path);
          const [access, group, latencyMs] = await Promise.all([
            deviceAccess(path),
            deviceGroup(path, wanted.groupFile),
            latencyOf(path, wanted.sysRoot ?? "/sys"),
          ]);
          return {
            ...known,
            access,
            ...(group !== undefined && { group }),
            ...(holder !== undefined && { holder }),
            ...(latencyMs !== null && { latencyMs }),
          };
        }),
      )),
    grabbers: isLinux ? await runningGrabbers(wanted.procRoot ?? "/proc") : null,
  };
}

/** Drivers of adapters that have such a timer show it to everybody. */
async function latencyOf(path: string, sysRoot: string): Promise<number | null> {
  const text = await textOf(join(sysRoot, "class", "tty", basename(path), "device", "latency_timer"));
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null;
}

async function runningGrabbers(procRoot: string): Promise<readonly string[] | null> {
  const processes = await readdir(procRoot).catch(() => null);
  if (processes === null) return null;
  const names = await Promise.all(
    processes.filter((name) => /^\d+$/.test(name)).map((id) => textOf(join(procRoot, id, "comm"))),
  );
  return GRABBERS.filter((name) => names.includes(name));
}

async function textOf(path: string): Promise<string | null> {
  return await readFile(path, "utf8").then(
    (text) => text.trim(),
    () => null,
  );
}
