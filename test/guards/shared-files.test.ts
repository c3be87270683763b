import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connect, writeFlash } from "../../src/index.ts";
import { portFromString } from "../../src/node.ts";
import { virtualEfuses } from "../../src/virtual/efuse/efuse-memory.ts";
import { decodeState } from "../../src/virtual/text/state-file.ts";
import { live } from "../support/chip/live.ts";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { type Ended, type Running, runProgram } from "../support/process/running-program.ts";

/** Real processes that work on one file of eFuses, or of a virtual chip. */

let programs: BuiltPrograms;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

let folder = "";
let count = 0;
const running = new Set<Running>();
beforeEach(() => {
  folder = `${programs.folder}/case-${count++}`;
  mkdirSync(folder);
  return async () => {
    for (const { child, ended } of running) {
      child.kill("SIGKILL");
      await ended;
    }
    running.clear();
  };
});

function start(program: string, line: string): Running {
  const started = runProgram(programs.path(program), line.split(" "), { cwd: folder });
  running.add(started);
  return started;
}

const run = (program: string, line: string): Promise<Ended> => start(program, line).ended;

const at = (name: string): string => `${folder}/${name}`;
const YEAR_2001 = new Date("2001-01-01T00:00:00Z");

/** What would change if somebody wrote the file. */
function looksOf(name: string): unknown {
  const { mtimeMs, ino, mode } = statSync(at(name));
  return { mtimeMs, ino, mode, content: readFileSync(at(name), "hex") };
}

const VIRT = "--chip esp32 --virt --path-efuse-file e.bin";

/** The first word of BLOCK3 of an ESP32 (fact sheet efuse-secure: EFUSE_BLK3_RDATA0). */
async function burnedBits(): Promise<number> {
  const [word = 0] = await virtualEfuses("esp32", { file: readFileSync(at("e.bin")) }).readRegisters([0x3ff5a078]);
  return word;
}

describe("one file of eFuses", () => {
  it("has in the end what ten processes burned at once, whatever a dead one left behind", async () => {
    // One that is killed while it is asked whether to burn.
    const dead = start("espefuse", `${VIRT} burn-bit BLOCK3 31`);
    await dead.says(/Type 'BURN'/);
    dead.child.kill("SIGKILL");
    await dead.ended;
    expect(readdirSync(folder)).toContain("e.bin.lock");
    for (const first of [0, 10]) {
      const burning = Array.from({ length: 10 }, (_, index) =>
        run("espefuse", `${VIRT} --do-not-confirm burn-bit BLOCK3 ${first + index}`),
      );
      const looking = Array.from({ length: 2 }, () => run("espefuse", `${VIRT} summary`));
      for (const { code, out, err } of await Promise.all([...burning, ...looking]))
        expect(code, `${out}${err}`).toBe(0);
    }
    expect(await burnedBits()).toBe(0x000f_ffff);
    expect(readdirSync(folder)).toEqual(["e.bin"]);
  });

  it("is not written by who only looks, or would burn what is burned already", async () => {
    expect((await run("espefuse", `${VIRT} --do-not-confirm burn-bit BLOCK3 3`)).code).toBe(0);
    expect(statSync(at("e.bin")).mode & 0o777).toBe(0o600);
    chmodSync(at("e.bin"), 0o644);
    utimesSync(at("e.bin"), YEAR_2001, YEAR_2001);
    const before = looksOf("e.bin");
    for (const line of [
      "summary",
      "check-error",
      "--dry-run burn-bit BLOCK3 4",
      "--do-not-confirm burn-bit BLOCK3 3",
    ]) {
      expect((await run("espefuse", `${VIRT} ${line}`)).code, line).toBe(0);
      expect(looksOf("e.bin"), line).toEqual(before);
    }
    expect((await run("espefuse", `${VIRT} --do-not-confirm burn-bit BLOCK3 4`)).code).toBe(0);
    expect(statSync(at("e.bin")).mode & 0o777).toBe(0o644);
    expect(await burnedBits()).toBe(0x18);
    expect(readdirSync(folder)).toEqual(["e.bin"]);
  });

  it("is left as it is when a program without manners has changed it meanwhile", async () => {
    expect((await run("espefuse", `${VIRT} --do-not-confirm burn-bit BLOCK3 3`)).code).toBe(0);
    const other = at("other.bin");
    writeFileSync(other, readFileSync(at("e.bin")));
    expect(
      (await run("espefuse", `${VIRT.replace("e.bin", "other.bin")} --do-not-confirm burn-bit BLOCK3 7`)).code,
    ).toBe(0);
    const burning = start("espefuse", `${VIRT} burn-bit BLOCK3 5`);
    await burning.says(/Type 'BURN'/);
    writeFileSync(at("e.bin"), readFileSync(other));
    const before = looksOf("e.bin");
    burning.child.stdin?.end("BURN\n");
    const { code, out, err } = await burning.ended;
    expect(code).toBe(2);
    expect(err).toContain("Another program has changed the file 'e.bin' meanwhile.");
    expect(out).not.toContain("Successful");
    expect(looksOf("e.bin")).toEqual(before);
  });
});

const SERVE = "virtual-chip --chip esp32c3 --tcp 0 --option file=chip.state";

async function serve(): Promise<{ readonly server: Running; readonly url: string }> {
  const server = start("esptool", SERVE);
  const [url = ""] = await server.says(/socket:\/\/127\.0\.0\.1:\d+/);
  return { server, url };
}

async function write(url: string, address: string, byte: number): Promise<void> {
  writeFileSync(at("app.bin"), new Uint8Array(64).fill(byte));
  const { code, out, err } = await run("esptool", `--chip esp32c3 --port ${url} write-flash ${address} app.bin`);
  expect(code, `${out}${err}`).toBe(0);
}

/** The first byte of flash at an address, as the file has it. */
function kept(address: number): number | undefined {
  if (!existsSync(at("chip.state"))) return undefined;
  const { flash } = decodeState(readFileSync(at("chip.state")), "chip.state");
  const piece = flash.pieces.find(({ address: base, bytes }) => address >= base && address < base + bytes.length);
  return piece?.bytes[address - piece.address];
}

async function becomes(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("the file of a virtual chip", () => {
  it("has what a client did when that has left, also when the server is killed, and can be served again then", async () => {
    const first = await serve();
    await write(first.url, "0x10000", 0x5a);
    await becomes(() => kept(0x10000) === 0x5a);
    expect(statSync(at("chip.state")).mode & 0o777).toBe(0o600);
    first.server.child.kill("SIGKILL");
    await first.server.ended;
    const second = await serve();
    await write(second.url, "0x20000", 0x33);
    await becomes(() => kept(0x20000) === 0x33);
    expect(kept(0x10000)).toBe(0x5a);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is saved on %s while a client is there", async (signal) => {
    const { server, url } = await serve();
    const session = await connect(await portFromString(url), { chip: "esp32c3" });
    await writeFlash(session, [{ address: 0x30000, data: new Uint8Array(64).fill(0x77) }]);
    expect(kept(0x30000)).not.toBe(0x77);
    server.child.kill(signal);
    const { err } = await server.ended;
    expect(err).not.toContain("at ");
    expect(kept(0x30000)).toBe(0x77);
    expect(readdirSync(folder)).toEqual(["chip.state"]);
    await live(session).link.close();
  });

  it("belongs to one program at a time", async () => {
    const { server, url } = await serve();
    await write(url, "0x10000", 1);
    for (const line of [SERVE, "--port virtual:esp32c3,file=chip.state chip-id"]) {
      const { code, out, err } = await run("esptool", line);
      expect(code, out).toBe(2);
      expect(err).toContain(`The file 'chip.state' is in use by another program (process ${server.child.pid}).`);
    }
    await write(url, "0x20000", 2);
  });

  it("is not written by who only looks, and keeps its mode", async () => {
    const line = "--port virtual:esp32c3,file=chip.state";
    expect((await run("esptool", `${line} chip-id`)).code).toBe(0);
    expect(statSync(at("chip.state")).mode & 0o777).toBe(0o600);
    chmodSync(at("chip.state"), 0o640);
    utimesSync(at("chip.state"), YEAR_2001, YEAR_2001);
    const before = looksOf("chip.state");
    for (const command of ["chip-id", "flash-id", "read-flash 0 16 -"]) {
      const { code, err } = await run("esptool", `${line} ${command.replace(" -", " out.bin")}`);
      expect(code, err).toBe(0);
      expect(looksOf("chip.state"), command).toEqual(before);
    }
    expect((await run("esptool", `${line} erase-flash`)).code).toBe(0);
    expect((await run("espefuse", `${line} --do-not-confirm burn-efuse DIS_TWAI 1`)).code).toBe(0);
    expect(looksOf("chip.state")).not.toEqual(before);
    expect(statSync(at("chip.state")).mode & 0o777).toBe(0o640);
  });
});
