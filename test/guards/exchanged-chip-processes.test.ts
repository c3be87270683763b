import { readFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { type Running, runProgram } from "../support/process/running-program.ts";

/** The programs as they are used, and between them a wire on which the board is exchanged. */
let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

interface ServedChip {
  readonly program: Running;
  readonly port: number;
  readonly file: string;
}

async function serve(name: string, mac: string): Promise<ServedChip> {
  const file = `${programs.folder}/${name}.state`;
  const line = ["virtual-chip", "--chip", "esp32c3", "--tcp", "0", "--option", `mac=${mac},file=${file}`];
  const program = runProgram(programs.path("esptool"), line, { cwd: programs.folder });
  const [, port] = await program.says(/127\.0\.0\.1:(\d+)/);
  return { program, port: Number(port), file };
}

/** What is burned in a served chip, as its process leaves it behind when it is stopped. */
async function cellsOf({ program, file }: ServedChip): Promise<unknown> {
  program.child.kill("SIGINT");
  await program.ended;
  const { state } = JSON.parse(readFileSync(file, "utf8")) as { state: { efuses: [number, number][] } };
  return state.efuses.filter(([, word]) => word !== 0);
}

interface Wire {
  readonly server: Server;
  readonly port: number;
  /** The client keeps its connection; what it sends goes to another chip from now on. */
  exchange(to: number): Promise<void>;
}

async function wireTo(first: number): Promise<Wire> {
  let upstream: Socket | null = null;
  let client: Socket | null = null;
  const plug = async (to: number): Promise<void> => {
    const socket = connect(to, "127.0.0.1");
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    const before = upstream;
    upstream = socket;
    before?.destroy();
    socket.on("data", (bytes) => {
      if (upstream === socket) client?.write(bytes);
    });
    socket.on("error", () => {});
  };
  const server = createServer((socket) => {
    client = socket;
    const plugged = plug(first);
    socket.on("data", (bytes) => void plugged.then(() => upstream?.write(bytes)));
    socket.on("close", () => upstream?.destroy());
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  return { server, port: typeof address === "object" ? (address?.port ?? 0) : 0, exchange: plug };
}

const FIRST = "10:20:30:41:52:01";
const SECOND = "10:20:30:41:52:02";

it.each([
  ["a chip that stays is burned", false],
  ["a chip that is exchanged while BURN is being typed is not burned", true],
])("%s", async (_, isExchanged) => {
  const name = isExchanged ? "exchanged" : "same";
  const [first, second] = await Promise.all([serve(`${name}-1`, FIRST), serve(`${name}-2`, SECOND)]);
  const wire = await wireTo(first.port);
  const line = ["--chip", "esp32c3", "--port", `socket://127.0.0.1:${wire.port}`, "burn-bit", "BLOCK_USR_DATA", "4"];
  const program = runProgram(programs.path("espefuse"), line, { cwd: programs.folder });
  await program.says(/Type 'BURN'/);
  if (isExchanged) await wire.exchange(second.port);
  program.child.stdin?.write("BURN\n");
  const { code, out, err } = await program.ended;
  wire.server.close();
  const [firstCells, secondCells] = [await cellsOf(first), await cellsOf(second)];
  // BLOCK_USR_DATA (fact sheet efuse-secure A8), and nothing else in it.
  const burned = [0x60008800 + 0x7c, 1 << 4];
  expect(secondCells).not.toContainEqual(burned);
  if (isExchanged) {
    expect(code, out).not.toBe(0);
    expect(firstCells).not.toContainEqual(burned);
    expect(out).not.toContain("Successful");
    expect(err).toContain("Nothing was burned");
    for (const mac of [FIRST, SECOND]) expect(err).toContain(mac);
  } else {
    expect(code, err).toBe(0);
    expect(firstCells).toContainEqual(burned);
  }
});
