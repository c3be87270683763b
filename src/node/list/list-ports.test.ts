import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../test/support/port/ports.ts";
import { tellSkipped } from "../../../test/support/skipping.ts";
import { EspError } from "../../core/errors.ts";
import { serialPlatform } from "../system/platform.ts";
import type { SerialBinding, SerialBindingInfo } from "../system/serial-binding.ts";
import { choosePort } from "./find-port.ts";
import { type ListedPort, type ListPortsOptions, listPorts, portInfo } from "./list-ports.ts";
import { PORT_RANK, rankUsbIds } from "./usb-ids.ts";

let root: string;
let options: ListPortsOptions;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "list-ports-"));
  options = {
    platform: serialPlatform("linux"),
    sysRoot: join(root, "sys"),
    devRoot: join(root, "dev"),
    procRoot: join(root, "proc"),
    groupFile: join(root, "group"),
  };
  for (const folder of ["sys/class/tty", "dev", "proc"]) await mkdir(join(root, folder), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

async function linkTo(target: string, path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(join(root, target), join(root, path));
}

/** What the kernel shows for a serial USB device; usb-serial drivers put one folder more between. */
async function usbPort(
  name: string,
  usb: string,
  attributes: Readonly<Record<string, string>>,
  deeper = "",
): Promise<void> {
  const device = `sys/devices/pci0/usb1/${usb}`;
  for (const [key, value] of Object.entries(attributes)) await put(`${device}/${key}`, `${value}\n`);
  await put(`${device}/${usb}:1.0/bInterfaceNumber`, "00\n");
  const tty = `${device}/${usb}:1.0${deeper}`;
  await put(`${tty}/tty/${name}/dev`, "1:1\n");
  await linkTo(tty, `${tty}/tty/${name}/device`);
  await linkTo(`${tty}/tty/${name}`, `sys/class/tty/${name}`);
  await put(`dev/${name}`, "");
}

describe("listPorts on Linux", () => {
  it("finds USB devices behind their terminals, with and without a folder in between, best first", async () => {
    await usbPort("ttyACM2", "1-4", { idVendor: "2341", idProduct: "0043" });
    await usbPort(
      "ttyUSB0",
      "1-1.4",
      { idVendor: "10c4", idProduct: "ea60", serial: "0001", product: "CP2102" },
      "/ttyUSB0",
    );
    await usbPort("ttyACM0", "1-2", { idVendor: "303a", idProduct: "1001", manufacturer: "Espressif" });
    const path = (name: string): string => join(root, "dev", name);
    expect(await listPorts(options)).toEqual([
      {
        path: path("ttyACM0"),
        usbVendorId: 0x303a,
        usbProductId: 0x1001,
        manufacturer: "Espressif",
        location: "1-2:1.0",
        usable: true,
        rank: PORT_RANK.espressif,
        likely: true,
      },
      {
        path: path("ttyUSB0"),
        usbVendorId: 0x10c4,
        usbProductId: 0xea60,
        serialNumber: "0001",
        product: "CP2102",
        location: "1-1.4:1.0",
        usable: true,
        rank: PORT_RANK.bridge,
        likely: true,
      },
      {
        path: path("ttyACM2"),
        usbVendorId: 0x2341,
        usbProductId: 0x43,
        location: "1-4:1.0",
        usable: true,
        rank: PORT_RANK.usb,
        likely: true,
      },
    ]);
  });

  it("drops consoles and serial ports without hardware, and never chooses a built-in one", async () => {
    await mkdir(join(root, "sys/class/tty/tty1"));
    for (const [name, type] of [
      ["ttyS0", "4"],
      ["ttyS1", "0"],
    ] as const) {
      await put(`sys/devices/platform/serial8250/tty/${name}/type`, `${type}\n`);
      await linkTo("sys/devices/platform/serial8250", `sys/devices/platform/serial8250/tty/${name}/device`);
      await linkTo(`sys/devices/platform/serial8250/tty/${name}`, `sys/class/tty/${name}`);
      await put(`dev/${name}`, "");
    }
    const ports = await listPorts(options);
    expect(ports).toEqual([{ path: join(root, "dev/ttyS0"), usable: true, rank: PORT_RANK.other, likely: false }]);
    expect(await codeOf((async () => choosePort(ports))())).toBe("port.none-found");
  });

  it("sorts numbers as numbers", async () => {
    for (const number of [10, 2, 1])
      await usbPort(`ttyUSB${number}`, `1-${number}`, { idVendor: "1a86", idProduct: "7523" });
    expect((await listPorts(options)).map((port) => port.path.replace(/.*\//, ""))).toEqual([
      "ttyUSB1",
      "ttyUSB2",
      "ttyUSB10",
    ]);
  });

  it("says which program has a port open", async () => {
    await usbPort("ttyUSB0", "1-1", { idVendor: "10c4", idProduct: "ea60" });
    await linkTo("dev/ttyUSB0", "proc/4711/fd/5");
    await put("proc/4711/comm", "screen\n");
    await put("proc/cpuinfo", "");
    const [port] = await listPorts(options);
    expect(port).toMatchObject({ usable: false, reason: "in use by screen (process 4711)" });
  });

  it("says so when the device file is missing, as in a container", async () => {
    await usbPort("ttyUSB0", "1-1", { idVendor: "10c4", idProduct: "ea60" });
    await rm(join(root, "dev/ttyUSB0"));
    expect((await listPorts(options))[0]).toMatchObject({ usable: false, likely: true });
  });

  if (process.getuid?.() === 0)
    tellSkipped("what only a user without the superuser's rights meets: this is the superuser");
  it.skipIf(process.getuid?.() === 0)("names the group that may use a port", async () => {
    await usbPort("ttyUSB0", "1-1", { idVendor: "10c4", idProduct: "ea60" });
    await chmod(join(root, "dev/ttyUSB0"), 0);
    await put("group", `dialout:x:${process.getgid?.()}:\n`);
    expect((await listPorts(options))[0]?.reason).toContain("dialout");
  });

  it("is empty where there is nothing to look at", async () => {
    expect(await listPorts({ ...options, sysRoot: join(root, "nowhere") })).toEqual([]);
  });

  it("works on this computer", async () => {
    for (const port of await listPorts()) expect(port.path).not.toBe("");
  });
});

describe("listPorts through the serial library", () => {
  const library = (...found: readonly Partial<SerialBindingInfo>[]): (() => Promise<SerialBinding>) => {
    return async () => ({
      open: () => Promise.reject(new Error("never opened")),
      list: async () => found.map((info) => ({ path: "", ...info })),
    });
  };

  it("shows one entry for each port of macOS, under the name for calling out", async () => {
    const load = library(
      { path: "/dev/tty.Bluetooth-Incoming-Port" },
      { path: "/dev/tty.wlan-debug" },
      { path: "/dev/cu.debug-console" },
      { path: "/dev/cu.usbmodem101", vendorId: "303a", productId: "1001" },
      { path: "/dev/tty.usbmodem101", vendorId: "303a", productId: "1001" },
      { path: "/dev/tty.usbserial-0001", vendorId: "10C4", productId: "EA60", locationId: "00100000" },
    );
    const ports = await listPorts({ platform: serialPlatform("darwin"), load });
    expect(ports.map(({ path, rank }) => [path, rank])).toEqual([
      ["/dev/cu.usbmodem101", PORT_RANK.espressif],
      ["/dev/cu.usbserial-0001", PORT_RANK.bridge],
    ]);
  });

  it("sorts the ports of Windows by number and finds one however it is written", async () => {
    const bridge = { vendorId: "1A86", productId: "7523", friendlyName: "USB-SERIAL CH340" };
    const load = library({ path: "COM10", ...bridge }, { path: "COM2", ...bridge }, { path: "COM1" });
    const windows = { platform: serialPlatform("win32"), load };
    expect((await listPorts(windows)).map((port) => port.path)).toEqual(["COM2", "COM10", "COM1"]);
    expect(await portInfo("\\\\.\\com10", windows)).toMatchObject({ usbVendorId: 0x1a86, product: "USB-SERIAL CH340" });
    expect(await portInfo("COM7", windows)).toEqual({ path: "COM7" });
  });
});

describe("portInfo", () => {
  it("follows a link to the device and keeps its name", async () => {
    await usbPort("ttyUSB0", "1-1", { idVendor: "10c4", idProduct: "ea60" });
    await linkTo("dev/ttyUSB0", "dev/serial/by-id/usb-CP2102");
    const path = join(root, "dev/serial/by-id/usb-CP2102");
    expect(await portInfo(path, options)).toEqual({
      path,
      usbVendorId: 0x10c4,
      usbProductId: 0xea60,
      location: "1-1:1.0",
    });
  });
});

describe("rankUsbIds", () => {
  it.each([
    [0x303a, 0x1001, PORT_RANK.espressif],
    [0x303a, 0x4001, PORT_RANK.espressif],
    [0x10c4, 0xea60, PORT_RANK.bridge],
    [0x1a86, 0x55d4, PORT_RANK.bridge],
    [0x0403, 0x6010, PORT_RANK.bridge],
    [0x067b, 0x2303, PORT_RANK.bridge],
    [0x1a86, 0x0001, PORT_RANK.usb],
  ])("ranks %s:%s as %s", (vendorId, productId, rank) => {
    expect(rankUsbIds(vendorId, productId)).toBe(rank);
  });

  it("ranks a port without numbers last", () => {
    expect(rankUsbIds(undefined, undefined)).toBe(PORT_RANK.other);
  });
});

describe("choosePort", () => {
  const port = (path: string, rank: number, more: Partial<ListedPort> = {}): ListedPort => ({
    path,
    rank,
    likely: rank > 0,
    usable: true,
    ...more,
  });

  it.each([
    ["nothing", [], "port.none-found"],
    ["only built-in ports", [port("ttyS0", 0), port("ttyS1", 0)], "port.none-found"],
    ["one USB device", [port("a", 1), port("ttyS0", 0)], "a"],
    ["one best among several", [port("a", 2), port("b", 3), port("c", 2)], "b"],
    ["two equals", [port("a", 2), port("b", 2), port("c", 1)], "port.ambiguous"],
    ["two equals of which one is in use", [port("a", 2, { usable: false }), port("b", 2)], "port.ambiguous"],
    ["one that is in use", [port("a", 2, { usable: false, reason: "in use" })], "a"],
  ])("with %s", (_name, ports, expected) => {
    let outcome: string;
    try {
      outcome = choosePort(ports).path;
    } catch (error) {
      outcome = (error as EspError).code;
    }
    expect(outcome).toBe(expected);
  });

  it("names the candidates and how to choose one", () => {
    try {
      choosePort([port("/dev/ttyUSB0", 2), port("/dev/ttyUSB1", 2), port("/dev/ttyACM0", 1)]);
    } catch (error) {
      expect(error).toBeInstanceOf(EspError);
      const { hint, details } = error as EspError;
      expect(hint).toContain("/dev/ttyUSB0");
      expect(hint).toContain("/dev/ttyUSB1");
      expect(details["candidates"]).toHaveLength(2);
      return;
    }
    expect.unreachable();
  });
});
