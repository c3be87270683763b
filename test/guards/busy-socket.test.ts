import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { connect, disconnect, type EspError } from "../../src/index.ts";
import { portFromString, serveVirtual } from "../../src/node.ts";
import { live } from "../support/chip/live.ts";
import { errorOf } from "../support/outcome.ts";

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0)) await step();
});

/** A server that serves somebody else, in its own way. */
async function busyServer(refuse: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
    refuse(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `socket://127.0.0.1:${(server.address() as { port: number }).port}`;
}

async function failureAt(url: string): Promise<EspError> {
  return await errorOf(connect(await portFromString(url), { connectAttempts: 1, limits: { syncMs: 20 } }));
}

/** Everything that is told of a failure. */
const wordsOf = (error: EspError): string => JSON.stringify([error.message, error.hint, error.details]);

describe("a server that is busy with another client", () => {
  it("of ours is told as busy, and the other client is not disturbed", async () => {
    const server = await serveVirtual({ chip: "esp32c3", tcp: { port: 0 } });
    cleanup.push(() => server.close());
    const url = `socket://127.0.0.1:${server.tcp?.port}`;
    const session = await connect(await portFromString(url));
    const error = await failureAt(url);
    expect(error.code).toBe("port.busy");
    expect(error.hint).toMatch(/Close the other program/);
    expect(wordsOf(error)).not.toMatch(/USB|cable/i);
    expect(live(session).link.lostBecause).toBeNull();
    await disconnect(session);
  });

  it.each([
    ["hangs up at once", (socket: Socket) => void socket.end(), /nothing was received/],
    ["resets the connection", (socket: Socket) => void socket.resetAndDestroy(), /busy|at once/],
    ["says so and hangs up", (socket: Socket) => void socket.end("Port already in use\r\n"), /Port already in use/],
  ])("is told as busy when it %s", async (_how, refuse, words) => {
    const error = await failureAt(await busyServer(refuse));
    expect(error.code).toBe("port.busy");
    expect(wordsOf(error)).toMatch(words);
    expect(wordsOf(error)).not.toMatch(/USB|cable/i);
  });

  it("is what comes to mind when it lets this client wait", async () => {
    const error = await failureAt(await busyServer(() => {}));
    expect(error.code).toBe("connect.silence");
    expect(error.message).toMatch(/busy with another client/);
    expect(wordsOf(error)).not.toMatch(/USB|cable/i);
  });
});
