import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";
import { SHARED_CODE } from "../support/process/compiled-code.ts";

/** Real processes whose output cannot be written: a full disk, a reader that is gone. */

const FULL = "/dev/full";
const HAS_FULL_DISK = existsSync(FULL);

let programs: BuiltPrograms;
let folder = "";
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

let count = 0;
beforeEach(() => {
  folder = `${programs.folder}/case-${count++}`;
  mkdirSync(folder);
  writeFileSync(
    `${folder}/app.bin`,
    Uint8Array.from({ length: 5000 }, (_, index) => index * 7),
  );
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when its stderr holds the text, or it ended. */
  readonly says: (text: string) => Promise<void>;
}

interface Streams {
  /** A file that the stream is redirected to, or a descriptor. */
  readonly stdout?: string | number;
  readonly stderr?: string;
  readonly typed?: string;
}

function start([program = "", ...args]: readonly string[], { stdout, stderr, typed }: Streams): Started {
  const opened: number[] = [];
  const target = (where: string | number | undefined): number | "pipe" => {
    if (where === undefined) return "pipe";
    const descriptor = typeof where === "number" ? where : openSync(where, "w");
    opened.push(descriptor);
    return descriptor;
  };
  const child = spawn(process.execPath, [programs.path(program), ...args], {
    cwd: folder,
    stdio: ["pipe", target(stdout), target(stderr)],
    env: { PATH: process.env["PATH"], HOME: folder, ...SHARED_CODE },
  });
  for (const descriptor of opened) closeSync(descriptor);
  const text = { out: "", err: "" };
  const listeners = new Set<() => void>();
  child.stdout?.on("data", (piece: Buffer) => {
    text.out += piece;
  });
  child.stderr?.on("data", (piece: Buffer) => {
    text.err += piece;
    for (const listener of listeners) listener();
  });
  child.stdin?.on("error", () => {});
  child.stdin?.end(typed ?? "");
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code) => resolve({ code, ...text }));
  });
  const says = (wanted: string): Promise<void> =>
    Promise.race([
      ended.then(() => {}),
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (text.err.includes(wanted)) resolve();
        };
        listeners.add(look);
        look();
      }),
    ]);
  return { child, ended, says };
}

const run = (line: string, streams: Streams): Promise<Ended> => start(line.split(" "), streams).ended;

const lineFor = (stream: string): string =>
  `A fatal error occurred: The output of the program cannot be written to ${stream}: the disk is full.\n`;

const made = (name: string): boolean => existsSync(`${folder}/${name}`);

describe.skipIf(!HAS_FULL_DISK)("with stdout on a full disk (where there is /dev/full)", () => {
  it.each([
    "esptool version",
    "esptool --json version",
    "esptool --help",
    "esptool image-info --help",
    "esptool --json --help",
    "esptool image-info app.bin",
    "esptool ports",
    "esptool completion bash",
    "esptool --port virtual:esp32c3 flash-id",
    "esptool --port virtual:esp32c3 --trace flash-id",
    "esptool --json --port virtual:esp32c3 flash-id",
    "esptool --port virtual:esp32c3 read-flash 0 4096 new.bin",
    "esptool --port virtual:esp32c3,file=new.bin write-flash 0x10000 app.bin",
    "esptool --port virtual:esp32c3,file=new.bin erase-flash",
    "esptool --chip esp32c3 virtual-chip --tcp 0",
    "esptool --chip esp32c3 merge-bin -o new.bin 0x10000 app.bin",
    "espefuse --chip esp32c3 --virt summary",
    "espefuse --chip esp32c3 --virt --json summary",
    "espefuse --port virtual:esp32c3 summary",
    "espsecure generate-signing-key --version 2 new.bin",
    "espsecure --help",
    "esp-rfc2217-server --help",
  ])("%s fails with one line and does nothing", async (line) => {
    expect(await run(line, { stdout: FULL })).toEqual({ code: 2, out: "", err: lineFor("stdout") });
    expect(made("new.bin")).toBe(false);
  });

  it("nothing is burned, confirmed beforehand or by the word", async () => {
    const burn = "--chip esp32c3 --virt --path-efuse-file e.bin burn-efuse DIS_TWAI 1";
    await run("espefuse --chip esp32c3 --virt --path-efuse-file e.bin --do-not-confirm burn-efuse DIS_PAD_JTAG 1", {});
    const before = readFileSync(`${folder}/e.bin`);
    expect(before.some((byte) => byte !== 0)).toBe(true);
    if (process.platform !== "win32") expect(statSync(`${folder}/e.bin`).mode & 0o777).toBe(0o600);
    const failed = { code: 2, out: "", err: lineFor("stdout") };
    expect(await run(`espefuse --do-not-confirm ${burn}`, { stdout: FULL })).toEqual(failed);
    expect(await run(`espefuse ${burn}`, { stdout: FULL, typed: "BURN\n" })).toEqual(failed);
    expect(await run(`espefuse --json --do-not-confirm ${burn}`, { stdout: FULL })).toMatchObject({ code: 2 });
    expect(readFileSync(`${folder}/e.bin`)).toEqual(before);
    // The same line works where there is room.
    expect((await run(`espefuse ${burn}`, { typed: "BURN\n" })).code).toBe(0);
    expect(readFileSync(`${folder}/e.bin`)).not.toEqual(before);
  });

  it("the monitor ends", async () => {
    const line = "esptool --port virtual:esp32c3,app=tick monitor --reset";
    const { code, err } = await run(line, { stdout: FULL });
    expect(code).toBe(2);
    expect(err).toContain(lineFor("stdout"));
  });

  it("an answer to a shell is none, without a word", async () => {
    expect(await run("esptool __complete zsh +", { stdout: FULL })).toEqual({ code: 1, out: "", err: "" });
  });

  it("silence is kept", async () => {
    expect(await run("esptool --silent version", { stdout: FULL })).toMatchObject({ code: 0, err: "" });
  });
});

describe.skipIf(!HAS_FULL_DISK)("with stderr on a full disk (where there is /dev/full)", () => {
  it.each(["--json", "--silent"])("nothing is burned whose plan and question stood there: %s", async (option) => {
    const line = `espefuse ${option} --chip esp32c3 --virt --path-efuse-file e.bin burn-efuse DIS_TWAI 1`;
    const { code, out } = await run(line, { stderr: FULL, typed: "BURN\n" });
    expect(code).toBe(2);
    const last = out.trimEnd().split("\n").at(-1) ?? "";
    if (option === "--json") expect(JSON.parse(last)).toMatchObject({ type: "error", code: "output.unwritable" });
    else expect(`${last}\n`).toBe(lineFor("stderr"));
    const burned = made("e.bin") && readFileSync(`${folder}/e.bin`).some((byte) => byte !== 0);
    expect(burned).toBe(false);
  });

  it("a warning that is lost keeps the command from being called done", async () => {
    const line = "esptool --json --chip esp32c3 merge_bin -o new.bin 0x10000 app.bin";
    const { code, out } = await run(line, { stderr: FULL });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ type: "error", ok: false, code: "output.unwritable" });
    expect(made("new.bin")).toBe(false);
    expect(await run(line, {})).toMatchObject({ code: 0, err: expect.stringContaining("Deprecated") });
  });

  it("a server without a log ends", async () => {
    const { code, out } = await run("esp-rfc2217-server -p 0 virtual:esp32c3", { stderr: FULL });
    expect({ code, out }).toEqual({ code: 2, out: lineFor("stderr") });
  });

  it("an error keeps its exit code", async () => {
    expect(await run("esptool image-info none.bin", { stderr: FULL })).toMatchObject({ code: 2 });
  });
});

/** A limit on the size of files stands for a disk that fills up while something is written. */
const HAS_LIMIT = process.platform !== "win32" && spawnSync("bash", ["-c", "ulimit -f 1"]).status === 0;

describe.skipIf(!HAS_LIMIT)("when the disk fills up on the way", () => {
  const limited = (line: string): { code: number | null; err: string; shown: string } => {
    const [program = "", ...args] = line.split(" ");
    const command = `ulimit -f 1; exec "$0" "$@" > shown.txt`;
    const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, programs.path(program), ...args], {
      cwd: folder,
      encoding: "utf8",
      input: "BURN\n",
      env: { PATH: process.env["PATH"], HOME: folder },
    });
    return { code: status, err: stderr, shown: readFileSync(`${folder}/shown.txt`, "utf8") };
  };

  it("a text that got there in part only is no success", () => {
    const { code, err, shown } = limited("esptool --help");
    expect(shown).toHaveLength(1024);
    expect({ code, err }).toEqual({
      code: 2,
      err: "A fatal error occurred: The output of the program cannot be written to stdout: it would become larger than is allowed.\n",
    });
  });

  it.each(["--do-not-confirm", "--before no-reset"])("nothing is burned behind it: %s", (option) => {
    const burn = "summary burn-efuse DIS_TWAI 1";
    const { code, shown } = limited(`espefuse ${option} --chip esp32c3 --virt --path-efuse-file e.bin ${burn}`);
    expect(code).toBe(2);
    expect(shown).toContain('=== Run "summary" command ===');
    const burned = made("e.bin") && readFileSync(`${folder}/e.bin`).some((byte) => byte !== 0);
    expect(burned).toBe(false);
  });
});

const HAS_FIFO = process.platform !== "win32" && spawnSync("mkfifo", ["--version"]).status === 0;

describe.skipIf(!HAS_FIFO)("with a reader that is gone", () => {
  /** The writing end of a pipe that nobody reads. */
  const unreadPipe = (): number => {
    const path = `${folder}/pipe`;
    rmSync(path, { force: true });
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, "w");
    closeSync(reader);
    return writer;
  };

  it("the work goes on: it wanted to see no more", async () => {
    expect(await run("esptool --help", { stdout: unreadPipe() })).toMatchObject({ code: 0, err: "" });
    const write = "esptool --port virtual:esp32c3,file=chip.json write-flash 0x10000 app.bin";
    expect(await run(write, { stdout: unreadPipe() })).toMatchObject({ code: 0, err: "" });
    expect(made("chip.json")).toBe(true);
  });

  it("a burn goes on where it was confirmed beforehand, and not by a word that nobody was asked for", async () => {
    const burn = "--chip esp32c3 --virt --path-efuse-file e.bin burn-efuse DIS_TWAI 1";
    const refused = await run(`espefuse ${burn}`, { stdout: unreadPipe(), typed: "BURN\n" });
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("Nothing was burned: nobody could see what was to be burned.");
    expect(made("e.bin") && readFileSync(`${folder}/e.bin`).some((byte) => byte !== 0)).toBe(false);
    expect(await run(`espefuse --do-not-confirm ${burn}`, { stdout: unreadPipe() })).toMatchObject({
      code: 0,
      err: "",
    });
    expect(readFileSync(`${folder}/e.bin`).some((byte) => byte !== 0)).toBe(true);
  });
});

describe.skipIf(!HAS_FULL_DISK)("a log on a full disk (where there is /dev/full)", () => {
  it("is told of at once; the monitor goes on, and does not end with success", async () => {
    const { child, ended, says } = start(
      ["esptool", "--port", "virtual:esp32c3,app=tick", "monitor", "--log", FULL, "--reset"],
      {},
    );
    await says("The log is off.");
    expect(child.exitCode).toBeNull();
    child.kill("SIGINT");
    const { code, err } = await ended;
    expect(err).toContain(`--- The file '${FULL}' cannot be written: the disk is full. The log is off.`);
    expect(code).toBe(2);
  });
});
