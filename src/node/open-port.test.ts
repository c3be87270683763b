import { chmod, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorOf } from "../../test/support/outcome.ts";
import { codeOf, FakePort } from "../../test/support/port/ports.ts";
import { hostFiles } from "./files/host-files.ts";
import { portFromString } from "./open-port.ts";

describe("portFromString", () => {
  it("makes a virtual chip from the whole text, with files", async () => {
    const port = new FakePort();
    const asked: unknown[] = [];
    const loadVirtual =
      async () =>
      async (...parameters: unknown[]) => {
        asked.push(parameters);
        return port;
      };
    expect(await portFromString("virtual:esp32c3,flash=4MB", { loadVirtual })).toBe(port);
    expect(asked).toEqual([["virtual:esp32c3,flash=4MB", hostFiles]]);
    expect(port.log).toEqual([]);
  });

  it.each(["socket://localhost:3333", "tcp://[::1]:3333"])("makes a socket of %s", async (text) => {
    const port = await portFromString(text);
    expect(port.info.path).toBe(text);
    expect(port.capabilities.lines).toBe(false);
  });

  it.each(["rfc2217://localhost:2217", "RFC2217://[::1]:2217?ign_set_control&timeout=5"])(
    "makes a remote port with lines of %s",
    async (text) => {
      const port = await portFromString(text);
      expect(port.info.path).toBe(text);
      expect(port.capabilities).toEqual({ lines: true, atomicLines: false, baud: true });
    },
  );

  it("takes anything without a scheme for a serial port, also one that is unknown", async () => {
    const serial = { sysRoot: "/nonexistent" };
    for (const text of ["/dev/ttyUSB77", "COM3", "\\\\.\\COM10"]) {
      expect((await portFromString(text, { serial })).info.path).toBe(text);
    }
  });

  it.each([
    ["", "argument.invalid"],
    ["socket://nowhere", "argument.invalid"],
    ["http://host:80", "argument.invalid"],
    ["rfc2217://host", "argument.invalid"],
    ["rfc2217://host:2217?speed=9600", "argument.invalid"],
  ])("refuses '%s'", async (text, code) => {
    expect(await codeOf(portFromString(text))).toBe(code);
  });
});

describe("hostFiles", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "host-files-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("reads what was written and leaves nothing else behind", async () => {
    const path = join(folder, "chip.bin");
    expect(await hostFiles.read(path)).toBeNull();
    await hostFiles.write(path, Uint8Array.of(1));
    await hostFiles.write(path, Uint8Array.of(2, 3));
    expect(await hostFiles.read(path)).toEqual(Uint8Array.of(2, 3));
    // It may hold keys; who may read it is kept.
    if (process.platform !== "win32") {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await chmod(path, 0o644);
      await hostFiles.write(path, Uint8Array.of(4));
      expect((await stat(path)).mode & 0o777).toBe(0o644);
    }
    expect(await readdir(folder)).toEqual(["chip.bin"]);
  });

  it("explains what it cannot do", async () => {
    expect(await codeOf(hostFiles.read(folder))).toBe("file.unreadable");
    for (const path of [join(folder, "no", "such"), folder]) {
      const error = await errorOf(hostFiles.write(path, Uint8Array.of(1)));
      expect(error.code).toBe("file.unwritable");
      // A chip that would be lost is kept where there is room.
      const rescued = String(error.details["rescued"]);
      expect(error.message).toContain(`What it should hold is in '${rescued}'.`);
      expect([...(await readFile(rescued))]).toEqual([1]);
      await rm(rescued);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
