// Installs the packed file in empty folders as users do, and flashes a board over a real serial device: a pseudo-terminal
// with a virtual chip behind it. Nothing else may have come along, and nothing may have been run at installation.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LINE = fileURLToPath(new URL("serial-line.py", import.meta.url));
const WAYS = [[], ["--ignore-scripts"], ["--omit=optional"]];

function install(packed, folder, flags) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }));
  const out = execFileSync("npm", ["install", "--foreground-scripts", ...flags, packed], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const modules = join(folder, "node_modules");
  const packages = readdirSync(modules).filter((name) => !name.startsWith("."));
  if (packages.join() !== "esptool-ts") throw new Error(`besides esptool-ts there is ${packages.join(", ")}`);
  const { scripts } = JSON.parse(readFileSync(join(modules, "esptool-ts/package.json"), "utf8"));
  if (scripts !== undefined || /\bscript/i.test(out)) throw new Error(`a script is in the package:\n${out}`);
  return join(modules, "esptool-ts");
}

/** Resolves with the TCP port of the chip. */
function serve(chip) {
  return new Promise((resolve, reject) => {
    let text = "";
    chip.stdout.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const port = /socket:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    chip.on("exit", (code) => reject(new Error(`the virtual chip ended with ${code}: ${text}`)));
  });
}

async function flash(node, installed) {
  const program = join(installed, "dist/bin/esptool.js");
  const image = join(installed, "examples/hello-esp32c3/hello.bin");
  const served = ["virtual-chip", "--chip", "esp32c3", "--tcp", "0", "--tcp-any-baud"];
  const chip = spawn(node, [program, ...served], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const port = await serve(chip);
    const line = ["--port", "LINE", "--before", "no-reset", "--after", "no-reset", "write-flash", "0", image];
    const out = execFileSync("python3", [LINE, String(port), node, program, ...line], { encoding: "utf8" });
    if (!/on \/dev\/\S+/.test(out) || !out.includes("Hash of data verified."))
      throw new Error(`no board was flashed over a serial port:\n${out}`);
  } finally {
    chip.kill();
  }
}

/** Throws when one way of installing does not flash a board. `nodes`: each Node is tried with the last one. */
export async function checkSerial({ packed, place, nodes }) {
  let installed;
  for (const [index, flags] of WAYS.entries()) {
    installed = install(packed, join(place, `serial-${index}`), flags);
    await flash(process.execPath, installed);
  }
  for (const node of nodes) await flash(node, installed);
  return [process.execPath, ...nodes].map((node) => execFileSync(node, ["--version"], { encoding: "utf8" }).trim());
}
