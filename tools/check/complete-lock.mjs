// `npm install` leaves platform packages out of the lock file when the registry at hand does not carry them, and
// `npm ci` then refuses the lock file. Run this after every `npm install`: it enters what is missing, by name, version
// and platform, so that the lock file is complete on every platform, with the digest of its contents where the registry
// tells one. tools/check/check-lock.mjs lists what is left without.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const SYSTEMS = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  win32: "win32",
  openharmony: "openharmony",
  aix: "aix",
  netbsd: "netbsd",
  openbsd: "openbsd",
  sunos: "sunos",
};
const PROCESSORS = ["arm64", "x64", "ia32", "arm", "ppc64", "s390x", "riscv64", "loong64", "mips64el", "wasm32"];

let added = 0;
for (const [path, { optionalDependencies = {}, dev, devOptional }] of Object.entries(lock.packages)) {
  if (path === "") continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const exact = version.replace(/^[^\d]*/, "");
    // Beside the package that wants it, or further up where the version is the same.
    const beside = `${path.slice(0, path.lastIndexOf("node_modules/"))}node_modules/${name}`;
    const known = [beside, `node_modules/${name}`].find((place) => lock.packages[place] !== undefined);
    if (known === beside || (known !== undefined && lock.packages[known].version === exact)) continue;
    const place = lock.packages[`node_modules/${name}`] === undefined ? `node_modules/${name}` : beside;
    const words = name.split(/[-/]/);
    const system = words.find((word) => SYSTEMS[word] !== undefined);
    const processor =
      PROCESSORS.find((known) => words.includes(known)) ?? (words.includes("armv7") ? "arm" : undefined);
    lock.packages[place] = {
      version: exact,
      ...(processor === undefined ? {} : { cpu: [processor] }),
      ...(dev ? { dev: true } : {}),
      ...(devOptional ? { devOptional: true } : {}),
      optional: true,
      ...(system === undefined ? {} : { os: [SYSTEMS[system]] }),
    };
    added++;
  }
}

/** What the registry says of one version; null where it does not know it. */
function digestOf(name, version) {
  const { stdout } = spawnSync("npm", ["view", `${name}@${version}`, "dist.integrity"], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  return /^sha512-\S+$/.exec((stdout ?? "").trim())?.[0] ?? null;
}

let digests = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === "" || entry.integrity !== undefined || entry.link || entry.inBundle) continue;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const integrity = digestOf(name, entry.version);
  if (integrity === null) continue;
  const { version, ...rest } = entry;
  lock.packages[path] = { version, integrity, ...rest };
  digests++;
}

const sorted = Object.entries(lock.packages).sort(([left], [right]) => (left < right ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added, ${digests} digests entered`);
