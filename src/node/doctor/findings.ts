// Shelf: what stands between a program and a board on this computer.
// In: the files of the system (look-at-computer.ts), or facts.
// Out: findings, each with what mends it.

import { type ComputerFacts, checkComputerFacts, type PortFacts } from "./facts.ts";

export interface Finding {
  /** Stable, for programs. */
  readonly code:
    | "node.old"
    | "driver.missing"
    | "ports.none"
    | "ports.unlisted"
    | "port.denied"
    | "port.absent"
    | "port.busy"
    | "port.slow"
    | "program.modemmanager"
    | "program.brltty";
  /** `problem`: a command would fail; `advice`: it may, or is slower than need be. */
  readonly weight: "problem" | "advice";
  /** The port that it is about. */
  readonly path?: string | undefined;
  readonly message: string;
  /** What to type: it mends it, or tells what does. IMAGE in it stands for the user's own. */
  readonly command?: string | undefined;
}

export interface Examination {
  readonly findings: readonly Finding[];
  /** What could not be looked at on this system, as a person would say it. */
  readonly unseen: readonly string[];
}

const LEAST_NODE = 20;
/** From so much on, each exchange of a few bytes is mostly waiting: the default of FTDI's adapters is 16. */
const SLOW_MS = 8;

/** What tells of a device that has just been plugged in. */
const ABOUT_DEVICES: Readonly<Record<ComputerFacts["platform"], string | undefined>> = {
  linux: "sudo dmesg -w",
  macos: "ioreg -p IOUSB -w0",
  windows: "pnputil /enum-devices /connected",
  other: undefined,
};

/** What is wrong, the worst first. Pure. Throws `argument.invalid`. */
export function examine(facts: ComputerFacts): Examination {
  const known = checkComputerFacts(facts, "facts");
  const findings = [...hostFindings(known), ...portFindings(known), ...programFindings(known)];
  const order = { problem: 0, advice: 1 } as const;
  return { findings: findings.sort((a, b) => order[a.weight] - order[b.weight]), unseen: unseen(known) };
}

function hostFindings({ nodeVersion, hasSerialDriver }: ComputerFacts): Finding[] {
  const findings: Finding[] = [];
  const [major = ""] = nodeVersion.split(".");
  if (Number(major) < LEAST_NODE) {
    const message = `Node ${nodeVersion} is too old; ${LEAST_NODE} or later is needed.`;
    findings.push({ code: "node.old", weight: "problem", message, command: "npm install -g n && sudo n lts" });
  }
  if (!hasSerialDriver) {
    const message = "There is no driver for serial ports that runs here; it can be compiled.";
    findings.push({ code: "driver.missing", weight: "problem", message, command: "npm install serialport" });
  }
  return findings;
}

function portFindings({ ports, platform }: ComputerFacts): Finding[] {
  if (ports === null) {
    const isWithoutFiles = platform === "linux";
    const message = isWithoutFiles
      ? "The serial ports could not be listed: /sys is not there, or not readable."
      : "The serial ports could not be listed; what the system knows of the board tells more.";
    const command = isWithoutFiles ? "sudo mount -t sysfs sysfs /sys" : ABOUT_DEVICES[platform];
    return [{ code: "ports.unlisted", weight: "problem", message, command }];
  }
  if (ports.length === 0) {
    const message =
      "There are no serial ports. Plug the board in, with a cable that carries data; what the system says of it then tells more.";
    return [{ code: "ports.none", weight: "problem", message, command: ABOUT_DEVICES[platform] }];
  }
  return ports.flatMap(findingsOfPort);
}

function findingsOfPort(port: PortFacts): Finding[] {
  const { path, holder, latencyMs } = port;
  const findings: Finding[] = [];
  if (port.access === "denied") findings.push(denied(port));
  if (port.access === "absent") {
    const message = `The kernel knows ${path}, but its device file is not here; a container has to be started with it.`;
    const command = `docker run --device=${path} -it IMAGE`;
    findings.push({ code: "port.absent", weight: "problem", path, message, command });
  }
  if (holder !== undefined) {
    const message = `${path} is in use by ${holder.name} (process ${holder.processId}).`;
    findings.push({ code: "port.busy", weight: "problem", path, message, command: `kill ${holder.processId}` });
  }
  if (latencyMs !== undefined && latencyMs >= SLOW_MS) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    findings.push({
      code: "port.slow",
      weight: "advice",
      path,
      message: `The adapter at ${path} holds bytes back for ${latencyMs} ms; less is asked for while the port is open here, but other programs may not ask.`,
      command: `echo 1 | sudo tee /sys/bus/usb-serial/devices/${name}/latency_timer`,
    });
  }
  return findings;
}

function denied({ path, group }: PortFacts): Finding {
  const isNamed = group !== undefined && group !== "root";
  const message = isNamed
    ? `You may not use ${path}; the group ${group} may. Join it, then log out and in again.`
    : `You may not use ${path}, and no group but root may.`;
  const command = isNamed ? `sudo usermod -a -G ${group} $USER` : `sudo chmod a+rw ${path}`;
  return { code: "port.denied", weight: "problem", path, message, command };
}

function programFindings({ grabbers }: ComputerFacts): Finding[] {
  const findings: Finding[] = [];
  if (grabbers?.includes("ModemManager")) {
    findings.push({
      code: "program.modemmanager",
      weight: "advice",
      message: "ModemManager is running: it talks to each new serial port, which disturbs a board for half a minute.",
      command: "sudo systemctl mask ModemManager && sudo systemctl stop ModemManager",
    });
  }
  if (grabbers?.includes("brltty")) {
    findings.push({
      code: "program.brltty",
      weight: "advice",
      message:
        "brltty is running: it takes adapters of the kinds CH340 and CP210x for braille displays, and their ports away.",
      command: "sudo systemctl mask brltty-udev brltty && sudo systemctl stop brltty-udev brltty",
    });
  }
  return findings;
}

function unseen({ platform, grabbers }: ComputerFacts): string[] {
  if (platform === "linux") return grabbers === null ? ["programs that grab ports"] : [];
  return ["permissions", "which program has a port open", "the latency of adapters", "programs that grab ports"];
}
