// The installed package in Deno and Bun, which come from the registry for this check. Where one cannot be had, that is
// said: nothing is known of it then.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HOSTS = [
  { name: "Deno", packed: "deno@2.9.6", scope: "@deno", file: "deno", run: ["run", "-A", "--no-prompt"] },
  { name: "Bun", packed: "bun@1.4.5", scope: "@oven", file: "bin/bun", run: [] },
];

const program = (doors) => `import { codeOf } from "./code-of.mjs";
for (const door of ${JSON.stringify(doors)})
  if (Object.keys(await import(door)).length === 0) throw new Error(door + " exports nothing");
const { createSerialPort } = await import("esptool-ts/node");
const port = createSerialPort({ path: "/dev/ttyNoSuchThing" });
console.log(await codeOf(port.open({ baudRate: 115200 }, { data() {}, lost() {} })));
`;
const CODE_OF = `export const codeOf = (promise) => promise.then(() => "none", (error) => error.code);\n`;

/** The program of a host, installed for this machine, or null. */
function install({ packed, scope, file }, place) {
  const folder = join(place, "hosts", packed.split("@")[0]);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const { status } = spawnSync("npm", ["install", "--silent", "--ignore-scripts", packed], {
    cwd: folder,
    timeout: 300_000,
  });
  const own = join(folder, "node_modules", scope);
  if (status !== 0 || !existsSync(own)) return null;
  return (
    readdirSync(own)
      .map((name) => join(own, name, file))
      .find((path) => existsSync(path)) ?? null
  );
}

/** Throws when a host fails. Tells what each did, or that it was not tried. */
export function checkHosts({ place, installed, doors }) {
  writeFileSync(join(place, "hosts.mjs"), program(doors));
  writeFileSync(join(place, "code-of.mjs"), CODE_OF);
  cpSync(join(installed, "examples"), join(place, "examples"), { recursive: true });
  return HOSTS.map((host) => {
    const command = install(host, place);
    if (command === null) return `${host.name} NOT TRIED: it could not be installed here`;
    const run = (...args) =>
      spawnSync(command, [...host.run, ...args], { cwd: place, encoding: "utf8", timeout: 120_000 });
    const all = run("hosts.mjs");
    const flashed = run("examples/node/flash-and-verify.mjs");
    // On Unix they cannot run the driver, and must say so instead of ending, or of losing the port.
    if (all.status !== 0 || all.stdout.trim() !== "port.library-missing")
      throw new Error(
        `${host.name} does not load every door, or does not refuse a serial port: ${all.stdout}${all.stderr}`,
      );
    if (flashed.status !== 0 || !flashed.stdout.endsWith("read back, and the same\n"))
      throw new Error(`${host.name} does not flash a virtual chip: ${flashed.stdout}${flashed.stderr}`);
    return `${host.packed} loads every door and flashes a virtual chip`;
  });
}
