import { createServer, type Socket } from "node:net";
import { sleep } from "../../../src/core/clock.ts";
import type { Port } from "../../../src/core/port/port.ts";
import {
  BINARY,
  COM_PORT_OPTION,
  comPortBytes,
  doubled,
  ECHO,
  negotiate,
  optionBytes,
  PyserialOption,
  SGA,
  telnetFilter,
  word,
  wordOf,
} from "./pyserial-telnet.ts";

export interface ReferenceServerOptions {
  /** The value to confirm a command with; null: no answer. Default: what the client asked for. */
  readonly confirm?: (command: number, value: number) => number | null;
  /** Hangs up after so many bytes of data. */
  readonly hangUpAfterBytes?: number;
}

/** A server that behaves like the reference's `esp_rfc2217_server`. */
export interface ReferenceServer {
  readonly port: number;
  /** All that clients said, in order: `will 44`, `set 5: 9`, `data 3`. What came in one piece stands on one line. */
  readonly said: string[];
  /** To the client that is there, as it is. */
  send(bytes: Uint8Array): void;
  /** Drops the client. */
  drop(): void;
  clients(): number;
  close(): Promise<void>;
}

/**
 * Fact sheet 9, over pyserial's PortManager: DTR and RTS go up when a client comes and down when it leaves; the start of
 * a reset is recognised and carried out in the background, everything else about the lines is ignored; the confirmation
 * does not wait for the reset. A second client waits until the first has left.
 */
export async function startReferenceServer(port: Port, options: ReferenceServerOptions = {}): Promise<ReferenceServer> {
  const said: string[] = [];
  const waiting: Socket[] = [];
  const sockets = new Set<Socket>();
  let current: Socket | null = null;
  let count = 0;
  let closed = false;
  await port.open(
    { baudRate: 115_200 },
    {
      data: (bytes) => void current?.write(Uint8Array.from(doubled(bytes))),
      lost: () => void current?.destroy(),
    },
  );
  await port.setLines({ dtr: false, rts: false });
  const next = (): void => {
    const socket = waiting.shift();
    if (socket === undefined) return;
    current = socket;
    count += 1;
    const tasks = serve(socket, port, options, said);
    socket.once("close", async () => {
      current = null;
      await Promise.all(tasks);
      if (closed) return;
      await port.setLines({ dtr: false, rts: false });
      await port.setBaudRate(115_200);
      next();
    });
  };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    waiting.push(socket);
    if (current === null) next();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    said,
    send: (bytes) => void current?.write(bytes),
    drop: () => void current?.destroy(),
    clients: () => count,
    close: async () => {
      closed = true;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await port.close();
    },
  };
}

/** Serves one client; the list of what goes on in the background grows. */
function serve(socket: Socket, port: Port, options: ReferenceServerOptions, said: string[]): Promise<void>[] {
  const table = [
    new PyserialOption(ECHO, "we", "requested"),
    new PyserialOption(SGA, "we", "requested"),
    new PyserialOption(SGA, "they", "inactive"),
    new PyserialOption(BINARY, "we", "inactive"),
    new PyserialOption(BINARY, "they", "requested"),
    new PyserialOption(COM_PORT_OPTION, "we", "requested"),
    new PyserialOption(COM_PORT_OPTION, "they", "inactive"),
  ];
  const tasks: Promise<void>[] = [];
  const data: number[] = [];
  let pieces: string[] = [];
  let received = 0;
  let inDownload = false;
  /** The port does one thing after the other. */
  let work: Promise<void> = port.setLines({ dtr: true, rts: true });
  const then = (step: () => Promise<void>): void => {
    work = work.then(step).catch(() => {});
  };
  const background = (steps: readonly (readonly [boolean, boolean] | number)[]): void => {
    const run = async (): Promise<void> => {
      for (const step of steps) {
        if (typeof step === "number") await sleep(port.clock, step);
        else await port.setLines({ dtr: step[0], rts: step[1] });
      }
    };
    tasks.push(run().catch(() => {}));
  };
  const control = (value: number): void => {
    if (value === 9) {
      inDownload = false;
    } else if (value === 12 && !inDownload) {
      background([[false, true], 100, [false, false]]);
    } else if (value === 8 && !inDownload) {
      inDownload = true;
      background([[false, false], [true, true], [false, true], 100, [true, false], 50, [false, false]]);
    }
  };
  const writeData = (): void => {
    const bytes = Uint8Array.from(data.splice(0));
    if (bytes.length === 0) return;
    pieces.push(`data ${bytes.length}`);
    received += bytes.length;
    if (received > (options.hangUpAfterBytes ?? Number.POSITIVE_INFINITY)) socket.destroy();
    else then(() => port.write(bytes));
  };
  const filter = telnetFilter({
    data: (byte) => data.push(byte),
    option: (verb, option) => {
      writeData();
      pieces.push(`${verb} ${option}`);
      for (const [answer, about] of negotiate(table, verb, option)) socket.write(optionBytes(answer, about));
      // The client learns the state of the inputs as soon as it agrees.
      if (option === COM_PORT_OPTION && verb === "do") socket.write(comPortBytes(107, [0xb0]));
    },
    comPort: ([command = 0, ...bytes]) => {
      writeData();
      const value = command === 1 ? wordOf(bytes) : (bytes[0] ?? 0);
      pieces.push(`set ${command}: ${value}`);
      const actual = options.confirm === undefined ? value : options.confirm(command, value);
      if (command === 5) control(value);
      if (command === 1) then(() => port.setBaudRate(value));
      if (actual !== null && (command <= 5 || command === 12))
        then(async () => void socket.write(comPortBytes(command + 100, command === 1 ? word(actual) : [actual])));
    },
  });
  for (const row of table) if (row.state === "requested") socket.write(optionBytes(row.yes, row.option));
  socket.on("data", (chunk) => {
    // The reference reads 1024 bytes at a time.
    for (let at = 0; at < chunk.length; at += 1024) filter(chunk.subarray(at, at + 1024));
    writeData();
    said.push(pieces.join(", "));
    pieces = [];
  });
  return tasks;
}
