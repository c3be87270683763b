import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const CRASH = resolve("dist/crash.js");
const LARGE_ELF = "../../shared/reference/inputs/esp32-app-template.elf";
const SMALL_ELF = "test/fixtures/crash/elf/c3-os-d5.elf";
const ROUNDS = 3;

export const CRASH_HEAD: readonly string[] = ["what", "CPU milliseconds", "peak memory in MB"];

interface Cost {
  readonly cpuMs: number;
  readonly megabytes: number;
}

const OPEN = `
  const { crashReader, crashText, debugInfo, lookUp } = await import(CRASH);
  const bytes = (await import("node:fs")).readFileSync(ELF);
  const info = debugInfo(bytes);`;
/** From the entry of the program on: what the linker placed there is code. */
const ADDRESSES = `
  const addresses = Array.from({ length: 20 }, (_, index) => info.entry + 64 * index);`;

/** Each is a process of its own, and has in it what those before it have. */
const STEPS: readonly (readonly [what: string, script: string])[] = [
  ["node, doing nothing", ""],
  ["the library loaded, the file opened", OPEN],
  ["and its SHA-256", `${OPEN} void info.elfSha256;`],
  ["the first look-up", `${OPEN} lookUp(info, info.entry);`],
  ["and 20 more", `${OPEN} ${ADDRESSES} lookUp(info, info.entry); for (const one of addresses) lookUp(info, one);`],
  [
    "a crash of 20 frames, explained",
    `${OPEN} ${ADDRESSES}
    const hex = (value) => "0x" + value.toString(16).padStart(8, "0");
    const text = "abort() was called at PC " + hex(info.entry) + " on core 0\\n\\nBacktrace: " +
      addresses.map((one) => hex(one) + ":0x3ffb0000").join(" ") + "\\n\\nELF file SHA256: 0123456789abcdef\\nRebooting...\\n";
    const lines = crashReader({ programs: [info] }).push(text).flatMap(crashText);
    if (lines.length < 20) throw new Error("there were only " + lines.length + " lines");`,
  ],
];

/** What it costs to read a program and to explain a crash with it; null without a build. */
export function benchCrash(): { readonly file: string; readonly rows: string[][] } | null {
  if (!existsSync(CRASH)) return null;
  const file = existsSync(LARGE_ELF) ? LARGE_ELF : SMALL_ELF;
  const rows = STEPS.map(([what, script]) => {
    const costs = Array.from({ length: ROUNDS }, () => run(script, file));
    return [
      what,
      Math.min(...costs.map(({ cpuMs }) => cpuMs)).toFixed(0),
      Math.max(...costs.map(({ megabytes }) => megabytes)).toFixed(0),
    ];
  });
  return { file, rows };
}

function run(script: string, file: string): Cost {
  const code = `
    const CRASH = ${JSON.stringify(pathToFileURL(CRASH).href)};
    const ELF = ${JSON.stringify(resolve(file))};
    ${script}
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    process.stdout.write(JSON.stringify([(userCPUTime + systemCPUTime) / 1000, maxRSS / 1024]));`;
  // Linux counts the memory of whoever started a program as that program's own; a shell in between has hardly any.
  const words = [process.execPath, "--input-type=module", "-e", code];
  const { status, stdout, stderr } =
    process.platform === "win32"
      ? spawnSync(words[0] ?? "", words.slice(1), { encoding: "utf8" })
      : spawnSync("/bin/sh", ["-c", '"$@"; exit $?', "sh", ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(`a measured script ended with ${status}: ${stderr}`);
  const [cpuMs = 0, megabytes = 0] = JSON.parse(stdout) as number[];
  return { cpuMs, megabytes };
}
