import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf, FakePort, until } from "../../../test/support/port/ports.ts";
import { COM_PORT, CONTROL } from "../rfc2217/rfc2217-codes.ts";
import { encodeNegotiation, encodeSubnegotiation, escapeTelnet, TelnetParser } from "../rfc2217/telnet.ts";
import type { Listener } from "./listener.ts";
import { type ServeRfc2217Options, serveRfc2217 } from "./rfc2217-server.ts";
import type { ServeEvent } from "./serve-events.ts";

/** As much of a client as it takes to talk. */
class Client {
  readonly socket: Socket;
  readonly data: number[] = [];
  readonly said: string[] = [];
  readonly answers: number[][] = [];
  ended = false;
  readonly #parser = new TelnetParser();

  constructor(port: number) {
    this.socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.ended = true;
    });
    this.socket.on("data", (chunk) => {
      for (const event of this.#parser.push(chunk)) {
        if (event.kind === "data") this.data.push(...event.bytes);
        if (event.kind === "negotiation") this.said.push(`${event.verb} ${event.option}`);
        if (event.kind === "subnegotiation") this.answers.push([...event.bytes]);
      }
    });
  }
  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }
  async ask(command: number, ...value: number[]): Promise<number[]> {
    const count = this.answers.length;
    this.send(encodeSubnegotiation(44, Uint8Array.of(command, ...value)));
    await until(() => this.answers.length > count);
    return this.answers[count]!;
  }
}

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

async function serve(options: Partial<ServeRfc2217Options> = {}) {
  const port = new FakePort();
  const events: ServeEvent[] = [];
  const server: Listener = await serveRfc2217({
    port,
    tcpPort: 0,
    onEvent: (event) => events.push(event),
    ...options,
  });
  cleanup.push(() => server.close());
  const client = async (): Promise<Client> => {
    const made = new Client(server.port);
    cleanup.push(() => void made.socket.destroy());
    await until(() => made.said.length > 0 || made.ended);
    return made;
  };
  return { port, events, server, client };
}

describe("serveRfc2217", () => {
  it("opens the port at once and listens on this computer only", async () => {
    const { port, server } = await serve();
    expect(port.log).toEqual(["open 115200"]);
    expect(server.address).toBe("127.0.0.1");
    await server.close();
    expect(port.log).toEqual(["open 115200", "close"]);
  });

  it("agrees on the options that clients ask for and refuses echo", async () => {
    const { client } = await serve();
    const { said, send, socket } = await client();
    await until(() => said.length === 6);
    expect(said.sort()).toEqual(["do 0", "do 3", "do 44", "will 0", "will 3", "will 44"]);
    send.call({ socket }, encodeNegotiation("do", 1));
    await until(() => said.length === 7);
    expect(said.at(-1)).toBe("wont 1");
  });

  it("confirms every setting with the value that holds", async () => {
    const { port, client } = await serve();
    const c = await client();
    expect(await c.ask(COM_PORT.setBaudRate, 0, 0x0e, 0x10, 0)).toEqual([101, 0, 0x0e, 0x10, 0]);
    expect(await c.ask(COM_PORT.setBaudRate, 0, 0, 0, 0)).toEqual([101, 0, 0x0e, 0x10, 0]);
    expect(await c.ask(COM_PORT.setDataSize, 8)).toEqual([102, 8]);
    expect(await c.ask(COM_PORT.setDataSize, 7)).toEqual([102, 8]);
    expect(await c.ask(COM_PORT.setParity, 1)).toEqual([103, 1]);
    expect(await c.ask(COM_PORT.setStopSize, 1)).toEqual([104, 1]);
    expect(await c.ask(COM_PORT.setControl, CONTROL.flowNone)).toEqual([105, CONTROL.flowNone]);
    expect(await c.ask(COM_PORT.setControl, CONTROL.flowHardware)).toEqual([105, CONTROL.flowNone]);
    expect(await c.ask(COM_PORT.setLineStateMask, 0)).toEqual([110, 0]);
    expect(await c.ask(COM_PORT.setModemStateMask, 255)).toEqual([111, 255]);
    expect(await c.ask(COM_PORT.purgeData, 3)).toEqual([112, 3]);
    expect(Buffer.from((await c.ask(COM_PORT.signature)).slice(1)).toString()).toMatch(/esptool-ts/);
    expect(port.log).toEqual(["open 115200", "baud 921600"]);
  });

  it("answers with the old rate when the port refuses the new one", async () => {
    const { port, events, client } = await serve();
    port.refusedBaudRate = 9600;
    const c = await client();
    expect(await c.ask(COM_PORT.setBaudRate, 0, 0, 0x25, 0x80)).toEqual([101, 0, 1, 0xc2, 0]);
    expect(events.filter((event) => event.kind === "failed")).toHaveLength(1);
  });

  it("passes DTR and RTS through, both in every call and in the client's order", async () => {
    const { port, client } = await serve();
    const c = await client();
    const asked = [CONTROL.rtsOn, CONTROL.dtrOn, CONTROL.rtsOff, CONTROL.dtrOff];
    for (const control of asked) c.send(encodeSubnegotiation(44, Uint8Array.of(COM_PORT.setControl, control)));
    await until(() => c.answers.length === 4);
    expect(c.answers).toEqual(asked.map((control) => [105, control]));
    expect(port.log).toEqual(["open 115200", "lines 01", "lines 11", "lines 10", "lines 00"]);
    expect(await c.ask(COM_PORT.setControl, CONTROL.dtrQuery)).toEqual([105, CONTROL.dtrOff]);
    expect(await c.ask(COM_PORT.setControl, CONTROL.rtsQuery)).toEqual([105, CONTROL.rtsOff]);
  });

  it("does the resets itself when asked to", async () => {
    const { port, events, client } = await serve({ lines: "local-reset" });
    const c = await client();
    // The classic sequence as the reference sends it, with DTR written again after RTS, and a hard reset at the end.
    for (const control of [9, 11, 9, 8, 12, 8, 9]) await c.ask(COM_PORT.setControl, control);
    const intoDownload = ["lines 01", "lines 10", "lines 00"];
    expect(port.log.slice(1)).toEqual(["lines 00", "lines 00", ...intoDownload, "lines 00"]);
    for (const control of [11, 9, 12, 9]) await c.ask(COM_PORT.setControl, control);
    expect(port.log.slice(7)).toEqual(["lines 00", "lines 01", "lines 00", "lines 00"]);
    expect(events.filter((event) => event.kind === "reset")).toEqual([
      { kind: "reset", into: "download" },
      { kind: "reset", into: "program" },
    ]);
  });

  it("holds the boot pin as long as asked", async () => {
    const waits: number[] = [];
    const device = new FakePort();
    const instant = device.clock;
    const clock = {
      now: () => 0,
      after: (ms: number, callback: () => void) => {
        waits.push(ms);
        return instant.after(ms, callback);
      },
    };
    const { client } = await serve({ port: Object.assign(device, { clock }), lines: "local-reset", bootHoldMs: 550 });
    await (await client()).ask(COM_PORT.setControl, CONTROL.dtrOn);
    expect(waits).toEqual([100, 550]);
  });

  it("tells that it is ready, once the client agrees and whenever asked: pyserial's CTS fails without", async () => {
    const { client } = await serve();
    const c = await client();
    c.send(encodeNegotiation("do", 44));
    c.send(encodeNegotiation("will", 44));
    await until(() => c.answers.length === 1);
    expect(c.answers).toEqual([[107, 0xb0]]);
    expect(await c.ask(COM_PORT.notifyModemState)).toEqual([107, 0xb0]);
    expect(await c.ask(COM_PORT.notifyLineState)).toEqual([106, 0]);
  });

  it("says honestly that a line did not change", async () => {
    const { port, client } = await serve();
    port.capabilities = { lines: false, atomicLines: false, baud: true };
    expect(await (await client()).ask(COM_PORT.setControl, CONTROL.dtrOn)).toEqual([105, CONTROL.dtrOff]);
  });

  it("keeps data and settings in their order, and escapes both ways", async () => {
    const { port, client } = await serve();
    const c = await client();
    c.send(escapeTelnet(Uint8Array.of(1, 0xff, 2)));
    await c.ask(COM_PORT.setBaudRate, 0, 0, 0x25, 0x80);
    c.send(Uint8Array.of(3));
    await until(() => port.written.length === 4);
    expect(port.written).toEqual([1, 0xff, 2, 3]);
    expect(port.log).toEqual(["open 115200", "write 3", "baud 9600", "write 1"]);
    port.receive(0xff, 0xff, 0, 10);
    await until(() => c.data.length === 4);
    expect(c.data).toEqual([0xff, 0xff, 0, 10]);
  });

  it("purges what waits to be sent", async () => {
    const { port, client } = await serve();
    const c = await client();
    let open = (): void => {};
    port.gate = new Promise((resolve) => {
      open = resolve;
    });
    c.send(Uint8Array.of(1));
    c.send(encodeSubnegotiation(44, Uint8Array.of(COM_PORT.setModemStateMask, 0)));
    c.send(Uint8Array.of(2, 2));
    c.send(encodeSubnegotiation(44, Uint8Array.of(COM_PORT.purgeData, 2)));
    // A refused option is answered out of order, so it shows that everything before it was read.
    c.send(encodeNegotiation("do", 99));
    await until(() => c.said.includes("wont 99"));
    open();
    await until(() => c.answers.length === 2);
    expect(port.written).toEqual([1]);
  });

  it("holds data back while the client suspends the flow", async () => {
    const { port, client } = await serve();
    const c = await client();
    c.send(encodeSubnegotiation(44, Uint8Array.of(COM_PORT.flowControlSuspend)));
    await c.ask(COM_PORT.setParity, 0);
    port.receive(1, 2);
    await c.ask(COM_PORT.setParity, 0);
    expect(c.data).toEqual([]);
    c.send(encodeSubnegotiation(44, Uint8Array.of(COM_PORT.flowControlResume)));
    await until(() => c.data.length === 2);
  });

  it("refuses a second client, and takes the next after the first has left", async () => {
    const { port, events, client } = await serve();
    const first = await client();
    await first.ask(COM_PORT.setBaudRate, 0, 0, 0x25, 0x80);
    await first.ask(COM_PORT.setControl, CONTROL.dtrOn);
    const second = await client();
    await until(() => second.ended);
    expect(second.said).toEqual([]);
    expect(events.filter((event) => event.kind === "client-refused")).toMatchObject([{ error: { code: "port.busy" } }]);
    first.socket.destroy();
    await until(() => events.some((event) => event.kind === "client-left"));
    const third = await client();
    expect(await third.ask(COM_PORT.setBaudRate, 0, 0, 0, 0)).toEqual([101, 0, 1, 0xc2, 0]);
    expect(port.log).toEqual(["open 115200", "baud 9600", "lines 10", "lines 00", "baud 115200"]);
  });

  it("hangs up when the device goes, and opens it again for the next client", async () => {
    const { port, events, client } = await serve();
    const first = await client();
    port.lose();
    await until(() => first.ended);
    expect(events.some((event) => event.kind === "port-lost")).toBe(true);
    await client();
    expect(port.log).toEqual(["open 115200", "open 115200"]);
  });

  it("survives nonsense", async () => {
    const { port, client } = await serve();
    const c = await client();
    const nonsense = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256);
    c.send(Uint8Array.of(...nonsense, 0xff, 0xf0, 0xff, 0xf0));
    for (const command of [0, 1, 5, 12, 77, 200]) c.send(encodeSubnegotiation(44, Uint8Array.of(command)));
    expect(await c.ask(COM_PORT.setDataSize, 8)).toBeDefined();
    expect(port.sink).not.toBeNull();
  });

  it("explains a taken address and closes the port again", async () => {
    const { server } = await serve();
    const port = new FakePort();
    expect(await codeOf(serveRfc2217({ port, tcpPort: server.port }))).toBe("port.busy");
    expect(port.log).toEqual(["open 115200", "close"]);
    expect(await codeOf(serveRfc2217({ port, tcpPort: 70_000 }))).toBe("argument.invalid");
  });
});
