import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const CLI = resolve("dist/cli.js");
const APP_ELF = "../../shared/reference/inputs/esp32-app-template.elf";
const APP_BIN = "../../shared/reference/inputs/images/esp_idf_blink_esp32s2.bin";
const ROUNDS = 3;

interface Program {
  readonly name: string;
  readonly argv: readonly string[];
}

interface Cost {
  readonly milliseconds: number;
  /** Largest resident size of the process. */
  readonly megabytes: number;
}

/**
 * Commands on files, each run as a program of its own: wall time and peak memory with all that starting Node costs.
 * Null without a build.
 */
export function benchPrograms(likeFirmware: (sizeBytes: number) => Uint8Array<ArrayBuffer>): string[][] | null {
  if (!existsSync(CLI)) return null;
  const folder = mkdtempSync(join(tmpdir(), "esptool-bench-"));
  try {
    const rows = programs(folder, likeFirmware).map(({ name, argv }) =>
      row(
        name,
        best(() => runCommand(argv)),
      ),
    );
    return [
      row(
        "node, doing nothing",
        best(() => run("")),
      ),
      ...rows,
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function programs(folder: string, likeFirmware: (sizeBytes: number) => Uint8Array<ArrayBuffer>): Program[] {
  const file = (name: string): string => join(folder, name);
  const part = likeFirmware(8 << 20);
  writeFileSync(file("a.bin"), part);
  writeFileSync(file("b.bin"), part);
  const image = existsSync(APP_BIN) ? APP_BIN : "examples/hello-esp32c3/hello.bin";
  const merge = (format: string): Program => ({
    name: `merge-bin, 16 MB, ${format}`,
    argv: [
      ...["--chip", "esp32s3", "merge-bin", "--format", format, "-o", file(`all.${format}`)],
      ...["0x0", file("a.bin"), "0x800000", file("b.bin")],
    ],
  });
  const elf = existsSync(APP_ELF)
    ? [{ name: "elf2image, 3.8 MB ELF file", argv: ["--chip", "esp32", "elf2image", "-o", file("app.bin"), APP_ELF] }]
    : [];
  return [
    ...elf,
    { name: `image-info, ${image.split("/").at(-1)}`, argv: ["image-info", image] },
    merge("raw"),
    merge("uf2"),
    merge("hex"),
  ];
}

function runCommand(argv: readonly string[]): Cost {
  return run(`
    const { nodeHost, runCli } = await import(${JSON.stringify(pathToFileURL(CLI).href)});
    const silence = { write() {}, isTTY: false };
    const code = await runCli(${JSON.stringify(argv)}, { ...nodeHost(), stdout: silence });
    if (code !== 0) process.exit(code);`);
}

/** `maxRSS` counts kilobytes on every platform. */
function run(code: string): Cost {
  const script = `${code}\nprocess.stdout.write(String(process.resourceUsage().maxRSS));`;
  const start = performance.now();
  // Linux counts the memory of whoever started a program as that program's own; a shell in between has hardly any.
  const words = [process.execPath, "--input-type=module", "-e", script];
  const { status, stdout, stderr } =
    process.platform === "win32"
      ? spawnSync(words[0] ?? "", words.slice(1), { encoding: "utf8" })
      : spawnSync("/bin/sh", ["-c", '"$@"; exit $?', "sh", ...words], { encoding: "utf8" });
  const milliseconds = performance.now() - start;
  if (status !== 0) throw new Error(`a measured command ended with ${status}: ${stderr}`);
  return { milliseconds, megabytes: Number(stdout) / 1024 };
}

/** The least time has the least of other programs in it; memory is the most that was seen. */
function best(measure: () => Cost): Cost {
  const costs = Array.from({ length: ROUNDS }, measure);
  return {
    milliseconds: Math.min(...costs.map(({ milliseconds }) => milliseconds)),
    megabytes: Math.max(...costs.map(({ megabytes }) => megabytes)),
  };
}

function row(name: string, { milliseconds, megabytes }: Cost): string[] {
  return [name, milliseconds.toFixed(0), megabytes.toFixed(0)];
}
