import { describe, expect, it } from "vitest";
import { codeOf, ManualClock } from "../../../test/support/port/ports.ts";
import { isEspError } from "../errors.ts";
import { encodeImprovFrame, type ImprovMessage } from "./encode-frame.ts";
import { type ImprovClient, improvClient } from "./improv-client.ts";
import type { ImprovState } from "./improv-frame.ts";

const state = (value: number): ImprovMessage => ({ type: "state", value });
const error = (value: number): ImprovMessage => ({ type: "error", value });
const result = (command: number, ...strings: string[]): ImprovMessage => ({ type: "result", command, strings });

/** Everything that is due between two events of a test. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

class Bench {
  readonly clock: ManualClock = new ManualClock();
  /** The number of each command that was sent, and its payload. */
  readonly sent: string[] = [];
  readonly states: ImprovState[] = [];
  log = "";
  isAway = false;
  readonly improv: ImprovClient = improvClient({
    clock: this.clock,
    onState: (told) => this.states.push(told),
    write: async (bytes) => {
      if (this.isAway) return false;
      this.sent.push(Buffer.from(bytes).subarray(9, -2).toString("hex"));
      return true;
    },
  });
  readonly #stage = this.improv.through((bytes) => {
    this.log += new TextDecoder().decode(bytes);
  });

  async say(...messages: (ImprovMessage | string)[]): Promise<void> {
    await settle();
    for (const message of messages)
      this.#stage.push(typeof message === "string" ? new TextEncoder().encode(message) : encodeImprovFrame(message));
    await settle();
  }

  async pass(ms: number): Promise<void> {
    await settle();
    this.clock.pass(ms);
    await settle();
  }
}

describe("the state", () => {
  it("is asked for once a second, until firmware that starts answers; the log goes on", async () => {
    const bench = new Bench();
    const asked = bench.improv.state({ timeoutMs: 10_000 });
    await bench.pass(1000);
    await bench.pass(1000);
    await bench.say("I (312) boot\n", state(2), "more\n");
    expect(await asked).toEqual({ state: "ready", urls: [] });
    expect([bench.sent, bench.log, bench.states]).toEqual([
      ["0200", "0200", "0200"],
      "I (312) boot\nmore\n",
      ["ready"],
    ]);
  });

  it("comes with an address where there is a Wi-Fi, and without one after a second", async () => {
    const bench = new Bench();
    const asked = bench.improv.state();
    await bench.say(state(4));
    await bench.say(result(2, "http://10.0.0.9", "javascript:alert(1)"));
    expect(await asked).toEqual({ state: "provisioned", urls: ["http://10.0.0.9"] });
    const again = bench.improv.state();
    await bench.say(state(4));
    await bench.pass(1000);
    expect(await again).toEqual({ state: "provisioned", urls: [] });
  });

  it("is no answer to anything else, and silence is told in time", async () => {
    const bench = new Bench();
    const asked = bench.improv.state();
    await bench.say(result(3, "a", "b", "c", "d"));
    const code = codeOf(asked);
    await bench.pass(1000);
    await bench.pass(500);
    expect(await code).toBe("improv.timeout");
  });

  it("is asked for again where the question arrived damaged", async () => {
    const bench = new Bench();
    const asked = bench.improv.state();
    await bench.say(error(1));
    await bench.pass(1000);
    await bench.say(state(2));
    expect((await asked).state).toBe("ready");
  });
});

describe("questions", () => {
  it("are asked one at a time, in order", async () => {
    const bench = new Bench();
    const info = bench.improv.info();
    const name = bench.improv.hostName();
    await settle();
    expect(bench.sent).toEqual(["0300"]);
    await bench.say(result(5, "too early"), result(3, "ESPHome", "2024.6.0", "ESP32-C3", "lamp"));
    expect(await info).toEqual({ firmware: "ESPHome", version: "2024.6.0", chip: "ESP32-C3", name: "lamp" });
    expect(bench.sent).toEqual(["0300", "0500"]);
    await bench.say(result(5, "lamp-1"));
    expect(await name).toBe("lamp-1");
  });

  it("are refused in the device's words", async () => {
    const bench = new Bench();
    const asked = codeOf(bench.improv.connection());
    await bench.say(error(0));
    await bench.say(error(2));
    expect(await asked).toBe("improv.refused");
    const named = codeOf(bench.improv.hostName("not a host"));
    await bench.say(error(5));
    expect(await named).toBe("improv.refused");
  });

  it("end with the device, the signal, and the client", async () => {
    const bench = new Bench();
    bench.isAway = true;
    expect(await codeOf(bench.improv.info())).toBe("port.lost");
    bench.isAway = false;
    const stop = new AbortController();
    const [running, waiting] = [bench.improv.info(), bench.improv.info({ signal: stop.signal })].map(codeOf);
    await settle();
    stop.abort();
    expect(await waiting).toBe("operation.aborted");
    bench.improv.close();
    expect(await running).toBe("operation.aborted");
    expect(await codeOf(bench.improv.info())).toBe("operation.aborted");
    expect(bench.sent).toEqual(["0300"]);
  });

  it("are answered with how the device is connected", async () => {
    const bench = new Bench();
    const asked = bench.improv.connection();
    await bench.say(result(7, "5", "http://10.0.0.9"));
    expect(await asked).toEqual({
      online: true,
      wifi: false,
      ethernet: true,
      thread: false,
      modem: false,
      urls: ["http://10.0.0.9"],
    });
  });
});

describe("networks", () => {
  it("are told strongest first, each once, without those that hide", async () => {
    const bench = new Bench();
    const asked = bench.improv.scan();
    await bench.say(result(4, "far", "-80", "NO"), result(4, "Home", "-70", "WPA2/WPA3"), result(4, "", "-20", "YES"));
    await bench.say(result(4, "Home", "-52", "YES"), result(4, "odd", "strong", "WEP"), result(4));
    expect(await asked).toEqual([
      { ssid: "Home", rssiDbm: -52, secured: true, security: "YES" },
      { ssid: "far", rssiDbm: -80, secured: false, security: "NO" },
      { ssid: "odd", secured: true, security: "WEP" },
    ]);
  });

  it("are those that came when the end of them is lost", async () => {
    const bench = new Bench();
    const asked = bench.improv.scan();
    await bench.say(result(4, "Home", "-52", "YES"));
    await bench.pass(2999);
    await bench.say(result(4, "far", "-80", "NO"));
    await bench.pass(3000);
    expect((await asked).map(({ ssid }) => ssid)).toEqual(["Home", "far"]);
  });

  it("are no more than a device can see", async () => {
    const bench = new Bench();
    const asked = bench.improv.scan();
    for (let index = 0; index < 256; index++) await bench.say(result(4, `n${index}`, "-50", "NO"));
    expect(await asked).toHaveLength(256);
  });
});

describe("a Wi-Fi", () => {
  const HOME = { ssid: "Home", password: "secret1234" };

  it("is joined, and the address told", async () => {
    const bench = new Bench();
    const asked = bench.improv.provision(HOME);
    await bench.say(state(3), state(4), result(1, "http://192.168.1.42"));
    expect(await asked).toEqual(["http://192.168.1.42"]);
    expect(bench.sent).toEqual([`0110${"04486f6d65"}${"0a73656372657431323334"}`]);
  });

  it("is joined without an address, and what was said before does not count", async () => {
    const bench = new Bench();
    const asked = bench.improv.provision({ ssid: "open" });
    await bench.say(state(4));
    await bench.pass(5000);
    await bench.say(state(3), state(4));
    await bench.pass(1000);
    expect(await asked).toEqual([]);
  });

  it("is not joined, and the error holds no secret", async () => {
    const bench = new Bench();
    const asked = bench.improv.provision(HOME).catch((failure: unknown) => failure);
    await bench.say(state(3), error(3), state(2));
    const failure = await asked;
    expect(isEspError(failure, "improv.cannot-connect")).toBe(true);
    expect(JSON.stringify([failure, (failure as Error).stack])).not.toContain(HOME.password);
  });

  it("is not failed by an attempt before it that was given up", async () => {
    const bench = new Bench();
    const stop = new AbortController();
    const given = codeOf(bench.improv.provision({ ssid: "other" }, { signal: stop.signal }));
    await bench.say(state(3));
    stop.abort();
    expect(await given).toBe("operation.aborted");
    const asked = bench.improv.provision(HOME);
    await settle();
    await bench.say(error(3), state(2), state(3), state(4), result(1));
    expect(await asked).toEqual([]);
    const third = codeOf(bench.improv.provision(HOME));
    await bench.say(error(3));
    expect(await third).toBe("improv.cannot-connect");
  });

  it("may take as long as devices take, and no longer", async () => {
    const bench = new Bench();
    const asked = codeOf(bench.improv.provision(HOME));
    await bench.say(state(3));
    await bench.pass(44_999);
    expect(bench.sent).toHaveLength(1);
    await bench.pass(1);
    expect(await asked).toBe("improv.timeout");
  });

  it.each([
    ["a password that is no text", { ssid: "a", password: 31415926 }],
    ["a password that is too long", { ssid: "a", password: "31415926".repeat(9) }],
    ["a name that is too long", { ssid: "31415926".repeat(5) }],
    ["no name", { ssid: "" }],
  ])("is refused for %s, without a word of it", async (_what, credentials) => {
    const bench = new Bench();
    const failure = await bench.improv.provision(credentials as never).catch((thrown: unknown) => thrown);
    expect(isEspError(failure, "argument.invalid")).toBe(true);
    expect(JSON.stringify([failure, String(failure)])).not.toContain("31415926");
    expect(bench.sent).toEqual([]);
  });
});
