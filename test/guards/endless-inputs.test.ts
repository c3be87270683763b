import { spawnSync } from "node:child_process";
import { type FileHandle, mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { type Running, type RunOptions, runProgram } from "../support/process/running-program.ts";

const CHIP = "virtual:esp32c3";
const isPosix = process.platform !== "win32";
const hasMkfifo = isPosix && spawnSync("mkfifo", ["--version"]).error === undefined;

let folder = "";
let programs: BuiltPrograms;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "esptool-ts-"));
  programs = await buildPrograms();
});
afterAll(async () => {
  programs.remove();
  await rm(folder, { recursive: true, force: true });
});

function start(name: string, argv: readonly string[], options: RunOptions = {}): Running {
  return runProgram(programs.path(name), argv, { stdin: "ignore", ...options });
}

/** A program that hears signals as ours do, and does what the code says once the system may end it at any signal. */
function startDeaf(code: string): Running {
  const module = JSON.stringify(pathToFileURL(programs.path("interrupts")).href);
  const settings = `{ restoreTerminal: () => { setImmediate(() => { console.log("deaf"); ${code} }); } }`;
  const program = `import interrupts from ${module};
    interrupts.listenForInterrupts((signal) => console.log("heard " + signal), ${settings});
    setInterval(() => {}, 1000);
    console.log("ready");`;
  return runProgram("--input-type=module", ["--eval", program], { stdin: "ignore" });
}

type Start = (input: string, environment?: Record<string, string>) => Running;

/** Every kind of file that a line can name, read by the command that takes it. */
const READERS: Readonly<Record<string, Start>> = {
  "an image": (input) => start("esptool", ["image-info", input]),
  "a program": (input) => start("esptool", ["--chip", "esp32c3", "elf2image", input]),
  "what is written": (input) => start("esptool", ["-p", CHIP, "write-flash", "0", input]),
  "what was written before": (input) =>
    start("esptool", ["-p", CHIP, "write-flash", "--diff-with", input, "--", "0", "package.json"]),
  "an argument file": (input) => start("esptool", [`@${input}`]),
  "the state of a virtual chip": (input) => start("esptool", ["-p", `${CHIP},file=${input}`, "read-mac"]),
  "the state of a served chip": (input) =>
    start("esptool", ["--chip", "esp32c3", "virtual-chip", "--tcp", "0", "--option", `file=${input}`]),
  "the state behind a server": (input) => start("esp-rfc2217-server", ["-p", "0", `${CHIP},file=${input}`]),
  eFuses: (input) => start("espefuse", ["--chip", "esp32c3", "--virt", "--path-efuse-file", input, "summary"]),
  "a key to burn": (input) =>
    start("espefuse", ["--chip", "esp32c3", "--virt", "burn-key", "BLOCK_KEY0", input, "USER"]),
  "a table of eFuses": (input) =>
    start("espefuse", ["--chip", "esp32c3", "--virt", "--extend-efuse-table", input, "summary"]),
  "a key": (input) => start("espsecure", ["digest-private-key", "--keyfile", input, "out"]),
  "data to sign": (input) => start("espsecure", ["signature-info-v2", input]),
  "the configuration of a module": (input) =>
    start("espsecure", ["sign-data", "--version", "2", "--hsm", "--hsm-config", input, "package.json"]),
};

describe.skipIf(!isPosix)("an input that never ends", () => {
  it.each(Object.keys(READERS))("is given up at what could be used: %s", async (kind) => {
    const { code, err, out } = await READERS[kind]!("/dev/zero").ended;
    expect(code).toBe(kind === "the state behind a server" ? 1 : 2);
    expect(out + err).toMatch(/'\/dev\/zero' goes on after \d+ [KM]B, which is more than (?:an?|the|data) .* can have/);
  });

  it("is passed over as a configuration", async () => {
    const { code, out } = await start("esptool", ["version"], { env: { ESPTOOL_CFGFILE: "/dev/zero" } }).ended;
    expect(code).toBe(0);
    expect(out).toContain("Ignoring invalid config file /dev/zero: '/dev/zero' goes on after 256 KB");
  });

  it("is no larger for being a file of five gigabytes", async () => {
    const path = join(folder, "huge.bin");
    await writeFile(path, "");
    await truncate(path, 5 * 1024 ** 3);
    const { code, err } = await start("esptool", ["image-info", path]).ended;
    expect(code).toBe(2);
    expect(err).toContain("is too large: it has 5 GB, and a firmware file has 1 GB at most.");
    expect(err).toContain("code: file.too-large");
  });
});

/** A named pipe; `wait` resolves with its other end when somebody has opened it for reading. */
async function namedPipe(name: string): Promise<{ readonly path: string; readonly opened: Promise<FileHandle> }> {
  const path = join(folder, name);
  spawnSync("mkfifo", [path]);
  return { path, opened: open(path, "w") };
}

describe.skipIf(!hasMkfifo)("a pipe whose writer says nothing", () => {
  const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

  it("can be left before anybody opens it, and no thread of the process waits for them", async () => {
    const path = join(folder, "alone.fifo");
    spawnSync("mkfifo", [path]);
    const running = start("esptool", ["image-info", path]);
    await running.says(/esptool v/);
    // Long enough for it to be opened; what comes earlier is heard as well.
    await new Promise((resolve) => setTimeout(resolve, 500));
    running.child.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130, signal: null, err: "\nInterrupted.\n" });
  });

  it.each(Object.keys(READERS))("can be left: %s", async (kind) => {
    const { path, opened } = await namedPipe(`${kind.replaceAll(" ", "-")}.fifo`);
    const running = READERS[kind]!(path);
    const writer = await opened;
    running.child.kill("SIGINT");
    const { code, signal } = await running.ended;
    await writer.close();
    // A server was told to end, as it always is.
    expect([code, signal]).toEqual(kind === "the state behind a server" ? [expect.any(Number), null] : [130, null]);
  });

  it.each(Object.entries(SIGNALS))("ends at %s with %d", async (name, expected) => {
    const { path, opened } = await namedPipe(`${name}.fifo`);
    const running = start("esptool", ["--json", "image-info", path]);
    const writer = await opened;
    running.child.kill(name as NodeJS.Signals);
    const { code, out } = await running.ended;
    await writer.close();
    expect(code).toBe(expected);
    expect(JSON.parse(out)).toMatchObject({ code: "operation.aborted", exitCode: expected });
  });

  it("is read to its end once somebody does, however slowly", async () => {
    const { path, opened } = await namedPipe("slow.fifo");
    const running = start("esptool", [`@${path}`]);
    const writer = await opened;
    for (const piece of ["ver", "si", "on\n"]) {
      await writer.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await writer.close();
    const { code, out } = await running.ended;
    expect(code).toBe(0);
    expect(out).toContain("esptool version\n");
  });

  it("is empty when its writer has nothing to say", async () => {
    const { path, opened } = await namedPipe("empty.fifo");
    const running = start("esptool", ["image-info", path]);
    await (await opened).close();
    expect(await running.ended).toMatchObject({ code: 2, err: expect.stringContaining("file.empty") });
  });
});

describe.skipIf(!isPosix)("what was done when a signal came", () => {
  it("is saved: a served chip", async () => {
    const path = join(folder, "served.json");
    const argv = ["--chip", "esp32c3", "virtual-chip", "--tcp", "0", "--option", `file=${path}`];
    const running = start("esptool", argv);
    await running.says(/Listening on/);
    running.child.kill("SIGTERM");
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(await readFile(path, "utf8")).toContain("esptool-ts virtual chip");
  });
});

describe.skipIf(!isPosix)("a second signal", () => {
  it("ends the process at once, whatever runs", async () => {
    const running = startDeaf("for (;;);");
    await running.says(/ready/);
    running.child.kill("SIGTERM");
    await running.says(/heard SIGTERM/);
    // Those that come with the first one are one wish with it.
    running.child.kill("SIGHUP");
    await running.says(/deaf/);
    running.child.kill("SIGTERM");
    const { signal, out } = await running.ended;
    expect(signal).toBe("SIGTERM");
    expect(out).not.toContain("SIGHUP");
  });
});

describe.skipIf(!hasMkfifo)("a pipe in a folder is refused, and not waited for", () => {
  /** Runs the command on a folder with these files and this pipe. */
  async function withPipe(pipe: string, argv: readonly string[], files: Record<string, string | Uint8Array> = {}) {
    const place = await mkdtemp(join(folder, "pipes-"));
    for (const [name, content] of Object.entries(files)) await writeFile(join(place, name), content);
    spawnSync("mkfifo", [join(place, pipe)]);
    const words = argv.map((word) => (word === "FOLDER" ? place : word));
    return await start("esptool", words).ended;
  }

  it("as the manifest of a backup", async () => {
    const { code, err } = await withPipe("backup.json", ["-p", CHIP, "restore", "FOLDER"]);
    expect([code, err]).toEqual([2, expect.stringContaining("backup.json' is a named pipe")]);
  });

  it("as a file of a backup", async () => {
    const region = { name: "0x0", kind: "gap", address: 0, sizeBytes: 4194304, dataBytes: 4096, md5: "0".repeat(32) };
    const head = { format: "esptool-ts backup", version: 1, chip: "esp32c3", mac: "24:0a:c4:00:5a:05" };
    const facts = { flashBytes: 4194304, encrypted: false, tableAddress: null, partitions: [], complete: true };
    const manifest = JSON.stringify({ ...head, ...facts, entries: [{ ...region, file: "0.bin.gz" }] });
    const files = { "backup.json": manifest };
    const { code, err } = await withPipe("0.bin.gz", ["-p", CHIP, "restore", "FOLDER"], files);
    expect([code, err]).toEqual([2, expect.stringContaining("0.bin.gz' is a named pipe")]);
  });

  it("as a file of a build", async () => {
    const files = { flash_args: "--flash_mode dio\n0x10000 app.bin\n" };
    const { code, err } = await withPipe("app.bin", ["-p", CHIP, "flash", "FOLDER"], files);
    expect([code, err]).toEqual([2, expect.stringContaining("'app.bin' is a named pipe")]);
  });

  it("as a file for a file system, which would lack it", async () => {
    const argv = ["fs", "make", "FOLDER", join(folder, "made.bin"), "--kind", "littlefs", "--size", "64k"];
    const { code, err } = await withPipe("log", argv, { "a.txt": "a" });
    expect([code, err]).toEqual([2, expect.stringContaining("'log' is a named pipe")]);
  });
});
