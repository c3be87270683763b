import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { readCommandPart, readLeadingPart } from "../../src/cli/line/command-line.ts";
import { PROGRAMS } from "../../src/cli/programs/all.ts";
import { ESPSECURE } from "../../src/cli/programs/espsecure.ts";
import { ESPTOOL } from "../../src/cli/programs/esptool.ts";
import type { Program } from "../../src/cli/programs/program.ts";
import { SPEC as SERVER } from "../../src/cli/rfc2217-server/spec.ts";
import { runProgram } from "../../src/cli/run-program.ts";
import { isEspError } from "../../src/index.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { BOARD, filesOfPages } from "../support/docs/page-files.ts";
import { allPages } from "../support/docs/pages.ts";
import { type ShownCommand, shownCommands } from "../support/docs/shell-lines.ts";

/** Programs of others that pages may show. */
const OTHERS = [
  ...[
    "npm",
    "node",
    "vitest",
    "ssh",
    "tail",
    "make",
    "mkdir",
    "printf",
    "source",
    "openssl",
    "softhsm2-util",
    "export",
  ],
  ...["apt-get", "qemu-system-riscv32", "Out-String", "Invoke-Expression"],
];
/** They go on until they are stopped. */
const ENDLESS = ["monitor", "run-and-monitor", "virtual-chip", "web"];
/** What their lines need is made in `test/secure/espsecure-hsm.test.ts`. */
const TRIED_ELSEWHERE = ["docs/hsm.md"];

const isUsageLine = ({ text }: ShownCommand): boolean => /\[options\]|COMMAND|\.\.\.$/.test(text);
const commands = allPages()
  .flatMap(shownCommands)
  .filter((command) => !isUsageLine(command));
const programOf = ({ program }: ShownCommand): Program | undefined => PROGRAMS.find(({ name }) => name === program);
const at = ({ page, line, text }: ShownCommand): string => `${page}:${line}  ${text}`;

describe("the lines that pages show", () => {
  it("are of programs that are there", () => {
    const known = [...PROGRAMS.map(({ name }) => name), SERVER.name, ...OTHERS];
    expect(commands.filter(({ program }) => !known.includes(program)).map(at)).toEqual([]);
    expect(commands.length).toBeGreaterThan(100);
  });

  it("are typed as an installed user types them: npx would fetch somebody else's package", () => {
    const shown = commands.filter((command) => command.hasNpx && programOf(command) !== undefined);
    // The set-up commands run in a clone, behind npm ci.
    expect(shown.map(({ page, text }) => `${page} ${text}`)).toEqual([
      "README.md npx esptool --port virtual:esp32c3 write-flash 0x0 examples/hello-esp32c3/hello.bin",
    ]);
  });

  it("have commands, options and arguments that are there, by their present names", async () => {
    const wrong: string[] = [];
    for (const command of commands) {
      const program = programOf(command);
      const problem = program === undefined ? serverProblem(command) : await parseProblem(program, command);
      if (problem !== null) wrong.push(`${at(command)}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });

  it("would miss an option that is not there", async () => {
    const [program] = PROGRAMS;
    const words = ["flash-id", "--no-such-option"];
    expect(await parseProblem(program as Program, { words } as unknown as ShownCommand)).toContain("no-such-option");
  });
});

async function parseProblem(program: Program, { words }: ShownCommand): Promise<string | null> {
  // Words from a file are seen when it is read.
  if (words.some((word) => word.startsWith("@"))) return null;
  const former: string[] = [];
  const onOldName = (old: unknown): void => void former.push(JSON.stringify(old));
  try {
    const leading = await readLeadingPart(words, program, onOldName);
    if (leading.kind === "version") return null;
    if (leading.kind === "help") return leading.asked ? null : "there is no command";
    await readCommandPart(leading, program, { env: {}, onOldName });
  } catch (error) {
    if (!isEspError(error)) throw error;
    return error.message;
  }
  return former.length === 0 ? null : `former names: ${former.join(", ")}`;
}

function serverProblem({ program, words }: ShownCommand): string | null {
  if (program !== SERVER.name) return null;
  const known = SERVER.options.flatMap(({ name, short }) => [`--${name}`, `-${short}`]);
  const unknown = words.filter((word) => word.startsWith("-") && !known.includes(word));
  return unknown.length === 0 ? null : `unknown: ${unknown.join(", ")}`;
}

const tried = commands.filter(
  (command) =>
    programOf(command) !== undefined &&
    !command.page.startsWith("docs/cli/") &&
    !TRIED_ELSEWHERE.includes(command.page) &&
    !command.words.some((word) => ENDLESS.includes(word)),
);

describe("run as they stand, on a virtual board and files in memory", () => {
  it.each([...new Set(tried.map(({ page }) => page))])("%s", async (page) => {
    const world = await worldOfPage();
    const wrong: string[] = [];
    for (const command of tried.filter((each) => each.page === page)) {
      const problem = await world.run(programOf(command) as Program, command);
      if (problem !== null) wrong.push(`${at(command)}\n${problem}`);
    }
    expect(wrong.join("\n\n")).toBe("");
  });
});

interface World {
  /** What was wrong, or null. */
  run(program: Program, command: Pick<ShownCommand, "words" | "comment">): Promise<string | null>;
}

/** The board behind every port that is no virtual one, and the files that the lines name; what a line makes, stays. */
async function worldOfPage(): Promise<World> {
  const chip = virtualChip("esp32c3", { boot: "download" });
  const files = new Map(Object.entries(filesOfPages()));
  const world = worldOf(chip, files);
  for (const [program, line] of BEFOREHAND) {
    const problem = await world.run(program, { words: line.split(" "), comment: "" });
    if (problem !== null) throw new Error(problem);
  }
  files.delete("key.pem");
  return world;
}

/** What every page may count on: a board that was flashed, and a signed file. */
const BEFOREHAND: readonly (readonly [Program, string])[] = [
  [ESPSECURE, "generate-signing-key --version 2 --scheme ecdsa256 key.pem"],
  [ESPSECURE, "sign-data --version 2 --keyfile key.pem --output signed.bin app.bin"],
  [ESPTOOL, "--before no-reset write-flash 0x0 bootloader.bin 0x8000 partitions.bin 0x10000 app.bin --after no-reset"],
  [ESPTOOL, "--before no-reset write-flash 0x320000 littlefs.bin --after no-reset"],
];

function worldOf(chip: VirtualChip, files: Map<string, Uint8Array>): World {
  return {
    async run(program, { words, comment }) {
      const isVirtual = words.some((word) => word.startsWith("virtual:"));
      const host = testCliHost({
        files: Object.fromEntries(files),
        ports: [BOARD],
        ...(isVirtual ? {} : { port: chip.port }),
      });
      const code = await answering(
        host,
        runProgram(program, ["--json", ...words.filter((word) => word !== "--json")], host),
      );
      for (const [name, content] of host.stored) if (content instanceof Uint8Array) files.set(name, content);
      const last = host.out().trim().split("\n").at(-1) ?? "";
      const codes = expectedErrors(comment);
      if (codes.length === 0) return code === 0 ? null : `exit code ${code}: ${last}\n${host.err()}`;
      const error = JSON.parse(last) as { readonly code?: string };
      return code === 2 && codes.includes(error.code ?? "") ? null : `expected ${codes.join(" or ")}, got ${last}`;
    },
  };
}

/** Somebody types BURN when asked. */
async function answering(host: TestCliHost, run: Promise<number>): Promise<number> {
  let isRunning = true;
  const ended = run.finally(() => {
    isRunning = false;
  });
  while (isRunning) {
    await setImmediate();
    if (host.isListening()) await host.type("BURN\n");
  }
  return await ended;
}

/** `fails: connect.silence`, `exit code 2, connect.silence`; of a comment that says nothing of the kind, none. */
function expectedErrors(comment: string): readonly string[] {
  return /^(?:fails:|exit code 2,)/.test(comment) ? (comment.match(/[a-z]+\.[a-z-]+/g) ?? []) : [];
}
