import { afterEach, describe, expect, it } from "vitest";
import { type TestCliHost, testCliHost } from "../../../test/support/cli-host.ts";
import { FakePort, RecordingSink, until } from "../../../test/support/port/ports.ts";
import { patientClock } from "../../../test/support/process/patient-clock.ts";
import { createRfc2217Port, serveRfc2217 } from "../../node.ts";
import { isLoopback, reachableUrls } from "../host/reachable-urls.ts";
import { runRfc2217Server } from "./run-rfc2217-server.ts";

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

interface Running {
  readonly host: TestCliHost;
  readonly device: FakePort;
  readonly url: string;
  readonly opened: string[];
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number>;
}

/** Runs the server until it listens; the last word of the line is its port. */
async function start(argv: readonly string[]): Promise<Running> {
  const device = new FakePort();
  const opened: string[] = [];
  const host: TestCliHost = {
    ...testCliHost(),
    openPort: async (text) => {
      opened.push(text);
      return device;
    },
  };
  const ended = runRfc2217Server(["-p", "0", ...argv], host);
  const stop = (): Promise<number> => {
    host.interrupt();
    return ended;
  };
  cleanup.push(async () => void (await stop()));
  await until(() => host.err().includes("Listening."));
  const url = /rfc2217:\/\/[^"?]+/.exec(host.err())?.[0] ?? "";
  return { host, device, url, opened, stop };
}

async function code(argv: readonly string[], host: TestCliHost = testCliHost()): Promise<number> {
  return runRfc2217Server(argv, host);
}

describe("esp-rfc2217-server", () => {
  it("listens on this computer only, says how to connect, and closes the port on Ctrl-C", async () => {
    const { host, device, url, opened, stop } = await start(["/dev/ttyUSB7"]);
    expect(opened).toEqual(["/dev/ttyUSB7"]);
    expect(url).toMatch(/^rfc2217:\/\/127\.0\.0\.1:\d+$/);
    expect(host.err()).toContain(`"${url}?ign_set_control"`);
    expect(host.err()).not.toContain("WARNING");
    expect(await stop()).toBe(0);
    expect(device.log).toEqual(["open 115200", "close"]);
    expect(host.out()).toBe("");
    expect(host.err().split("\n").slice(0, -1)).toEqual(
      host
        .err()
        .split("\n")
        .filter((line) => line.startsWith("INFO: ")),
    );
  });

  it("does the resets itself and logs them; more with -v", async () => {
    const runs = [];
    for (const flags of [[], ["-v"], ["-vv", "--r0"]]) {
      const { host, device, url, stop } = await start([...flags, "COM3"]);
      const port = createRfc2217Port(url, { clock: patientClock() });
      await port.open({ baudRate: 115_200 }, new RecordingSink());
      await port.setBaudRate(460_800);
      await port.setLines({ dtr: true, rts: false });
      await port.setLines({ dtr: false, rts: false });
      await port.close();
      await until(() => host.err().includes(" left."));
      expect(await stop()).toBe(0);
      expect(device.log.slice(2, 6)).toEqual(["lines 01", "lines 10", "lines 00", "lines 00"]);
      expect(host.err()).toContain("INFO: Chip reset into its download mode.");
      runs.push([/Baud rate 460800/, /DTR on, RTS off/].map((pattern) => pattern.test(host.err())));
    }
    expect(runs).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
  });

  it("warns when it opens the port to the network", async () => {
    const { host } = await start(["--host", "0.0.0.0", "COM3"]);
    expect(host.err()).toMatch(/^WARNING: .*without any protection.*erase and write it, burn its eFuses/m);
  });

  it("lets a virtual chip live in real time", async () => {
    const { opened } = await start(["virtual:esp32c3"]);
    expect(opened).toEqual(["virtual:esp32c3,realtime=1"]);
  });

  it("ends with 1 when the port or the address cannot be opened, and with 2 for a wrong line", async () => {
    const missing = testCliHost();
    expect(await code(["socket://127.0.0.1:1"], missing)).toBe(1);
    expect(missing.err()).toMatch(/^\nA fatal error occurred: .+\n {2}code: port\.missing\n {2}hint: .+\n$/);
    const taken = await serveRfc2217({ port: new FakePort(), tcpPort: 0 });
    cleanup.push(() => taken.close());
    const host: TestCliHost = { ...testCliHost(), openPort: async () => new FakePort() };
    expect(await code(["-p", String(taken.port), "COM3"], host)).toBe(1);
    for (const argv of [[], ["--nonsense", "COM3"], ["-p", "70000", "COM3"], ["-p", "x", "COM3"], ["a", "b"]]) {
      expect(await code(argv)).toBe(2);
    }
  });

  it("shows its help", async () => {
    const host = testCliHost();
    expect(await code(["--help"], host)).toBe(0);
    for (const word of ["esp-rfc2217-server [options] SERIALPORT", "--localport", "--host", "--r0", "--verbose"]) {
      expect(host.out()).toContain(word);
    }
  });
});

describe("the addresses for clients", () => {
  it("are those of the interfaces when it listens on all of them", () => {
    expect(reachableUrls("127.0.0.1", 1)).toEqual(["rfc2217://127.0.0.1:1?ign_set_control"]);
    expect(reachableUrls("2001:db8::1", 1)).toEqual(["rfc2217://[2001:db8::1]:1?ign_set_control"]);
    expect(reachableUrls("0.0.0.0", 1)[0]).toBe("rfc2217://127.0.0.1:1?ign_set_control");
    expect(reachableUrls("0.0.0.0", 1).join()).not.toMatch(/0\.0\.0\.0|\[/);
  });

  it("know what stays on this computer", () => {
    expect(["127.0.0.1", "127.1.2.3", "::1"].map(isLoopback)).toEqual([true, true, true]);
    expect(["0.0.0.0", "::", "192.168.1.5"].map(isLoopback)).toEqual([false, false, false]);
  });
});
