import { mkdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeState } from "../../src/virtual/text/state-file.ts";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { type Running, runProgram } from "../support/process/running-program.ts";

/** What a page in a browser can send to the servers: real ones, in processes of their own, and requests of Node's client. */

let programs: BuiltPrograms;
let folder = "";
const running = new Set<Running>();
beforeAll(async () => {
  programs = await buildPrograms();
  folder = `${programs.folder}/files`;
  mkdirSync(folder);
});
afterAll(async () => {
  for (const { child, ended } of running) {
    child.kill("SIGKILL");
    await ended;
  }
  programs.remove();
});

function start(program: string, line: string): Running {
  const started = runProgram(programs.path(program), line.split(" "), { cwd: folder });
  running.add(started);
  return started;
}

function frame(opcode: number, data: readonly number[]): number[] {
  const escaped = [0, opcode, data.length, 0, 0, 0, 0, 0, ...data].flatMap((byte) => {
    if (byte === 0xc0) return [0xdb, 0xdc];
    return byte === 0xdb ? [0xdb, 0xdd] : [byte];
  });
  return [0xc0, ...escaped, 0xc0];
}
const word = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];

/** SYNC, SPI_ATTACH and FLASH_BEGIN over the first 64 KB, which a ROM loader erases at once (fact sheet 3). */
const ERASE = [
  ...frame(0x08, [7, 7, 0x12, 0x20, ...new Array<number>(32).fill(0x55)]),
  ...frame(0x0d, [...word(0), ...word(0)]),
  ...frame(0x02, [...word(0x10000), ...word(64), ...word(0x400), ...word(0), ...word(0)]),
];
/** By telnet: the reset into download mode, so that the above would be heard. */
const RESET = [8, 11, 9, 12].flatMap((control) => [0xff, 0xfa, 44, 5, control, 0xff, 0xf0]);

/** Resolves with how it ended. */
function post(port: number, body: readonly number[]): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      method: "POST",
      path: "/",
      headers: { "content-type": "text/plain" },
    });
    sent.on("response", () => resolve("answered"));
    sent.on("error", () => resolve("hung up"));
    sent.end(Uint8Array.from(body));
  });
}

function tls(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
    socket.on("secureConnect", () => resolve("answered"));
    socket.on("error", () => resolve("hung up"));
    socket.on("close", () => resolve("hung up"));
  });
}

function flashOf(file: string): unknown {
  const state = decodeState(readFileSync(`${folder}/${file}`), file);
  return state.flash.pieces.map(({ address, bytes }) => [address, Buffer.from(bytes).toString("hex")]);
}

interface Case {
  readonly program: string;
  readonly line: (file: string) => string;
  readonly url: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  "virtual-chip --tcp": {
    program: "esptool",
    line: (file) => `virtual-chip --chip esp32c3 --tcp 0 --option file=${file}`,
    url: /socket:\/\/127\.0\.0\.1:(\d+)/,
  },
  "virtual-chip --rfc2217": {
    program: "esptool",
    line: (file) => `virtual-chip --chip esp32c3 --rfc2217 0 --option file=${file}`,
    url: /rfc2217:\/\/127\.0\.0\.1:(\d+)/,
  },
  "esp-rfc2217-server": {
    program: "esp-rfc2217-server",
    line: (file) => `-p 0 virtual:esp32c3,file=${file}`,
    url: /rfc2217:\/\/127\.0\.0\.1:(\d+)/,
  },
};

describe("a page in a browser", () => {
  it.each(Object.keys(CASES))("cannot reach the chip behind %s, which others can go on to use", async (name) => {
    const { program, line, url } = CASES[name] as Case;
    const file = `${name.replace(/\W+/g, "-")}.state`;
    const filled = start("esptool", `--port virtual:esp32c3,file=${file} write-mem 0x3fc80000 0`);
    expect((await filled.ended).code).toBe(0);
    const image = new Uint8Array(0x1000).fill(0x42);
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${folder}/app.bin`, image);
    const written = start("esptool", `--port virtual:esp32c3,file=${file} write-flash 0 app.bin`);
    expect((await written.ended).code).toBe(0);
    const before = flashOf(file);
    expect(before).toEqual([[0, expect.stringMatching(/^(42){4096}$/)]]);

    const server = start(program, line(file));
    const [address = "", port = ""] = await server.says(url);
    for (let times = 0; times < 3; times++) expect(await post(Number(port), [...RESET, ...ERASE])).toBe("hung up");
    await server.says(/A browser or web client was refused/);
    expect(await tls(Number(port))).toBe("hung up");
    const used = start("esptool", `--chip esp32c3 --port ${address} flash-id`);
    const { code, out, err } = await used.ended;
    expect(code, `${out}${err}`).toBe(0);
    server.child.kill("SIGTERM");
    const said = await server.ended;
    expect(`${said.out}${said.err}`.match(/A browser or web client was refused/g)).toHaveLength(4);
    expect(flashOf(file)).toEqual(before);
  });
});
