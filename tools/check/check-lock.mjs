// Judges package-lock.json before anything of it is installed: it belongs to package.json, every entry is one published
// version with the digest of its contents, none says where to fetch it, and nothing that an entry needs is left out.
// What has no digest is listed with the reason. Fails with all that is wrong. Another folder may be named, for the tests.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL("../..", import.meta.url)));
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const lock = read("package-lock.json");
const { "": root = {}, ...packages } = lock.packages ?? {};

const VERSION = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;
/** SHA-512 in base64: 64 bytes. */
const DIGEST = /^sha512-[A-Za-z0-9+/]{86}==$/;
const ROOT_FIELDS = [
  "name",
  "version",
  "bin",
  "engines",
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
];

/** The same text for the same contents, in whatever order npm wrote them. */
function sorted(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sorted(value[key])}`).join()}}`;
}

function rootProblems() {
  const manifest = read("package.json");
  const stale = ROOT_FIELDS.filter((field) => sorted(root[field] ?? {}) !== sorted(manifest[field] ?? {}));
  return [
    ...(lock.lockfileVersion === 3 ? [] : [`lockfileVersion is ${lock.lockfileVersion} instead of 3`]),
    ...stale.map(
      (field) => `"${field}" is not what package.json says; run npm install, then tools/check/complete-lock.mjs`,
    ),
  ];
}

/** Why an entry may be without a digest, or null when it may not. */
function reasonForNoDigest(entry) {
  if (entry.link) return "a folder of this project";
  if (entry.inBundle) return "comes inside the package that bundles it, under that one's digest";
  if (entry.optional && (entry.os ?? entry.cpu) !== undefined)
    return "for another platform, and the registry at hand did not carry it when it was entered";
  return null;
}

/** Node looks beside a package's own node_modules folder, then further up. */
function isThere(path, name) {
  for (let place = path; ; place = place.slice(0, place.lastIndexOf("node_modules/")).replace(/\/$/, "")) {
    if (packages[`${place === "" ? "" : `${place}/`}node_modules/${name}`] !== undefined) return true;
    if (place === "") return false;
  }
}

function missingOf(path, entry) {
  const optionalPeers = entry.peerDependenciesMeta ?? {};
  const peers = Object.keys(entry.peerDependencies ?? {}).filter((name) => !optionalPeers[name]?.optional);
  const names = [
    ...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.devDependencies }),
    ...peers,
  ];
  return names.filter((name) => !isThere(path, name));
}

function entryProblems(path, entry) {
  const problems = [];
  if (!/^(?:.+\/)?node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path)) problems.push("is no place for a package");
  if (!VERSION.test(entry.version ?? "")) problems.push(`has no exact version, but ${JSON.stringify(entry.version)}`);
  if (entry.resolved !== undefined) problems.push(`names a place to fetch it from: ${entry.resolved}`);
  if (entry.integrity !== undefined && !DIGEST.test(entry.integrity))
    problems.push(`has no SHA-512 digest, but ${JSON.stringify(entry.integrity)}`);
  if (entry.integrity === undefined && reasonForNoDigest(entry) === null)
    problems.push("has no digest of its contents");
  for (const name of missingOf(path, entry))
    problems.push(`needs ${name}, which has no entry; run tools/check/complete-lock.mjs`);
  return problems.map((problem) => `${path} ${problem}`);
}

const entries = Object.entries(packages);
const problems = [
  ...rootProblems(),
  ...missingOf("", root).map((name) => `${name} has no entry`),
  ...entries.flatMap(([path, entry]) => entryProblems(path, entry)),
];
const without = entries.filter(([, { integrity }]) => integrity === undefined);
console.log(`package-lock.json: ${entries.length} packages, ${entries.length - without.length} with a digest`);
for (const [path, entry] of without) {
  const reason = reasonForNoDigest(entry);
  if (reason !== null) console.log(`  without: ${path} ${entry.version}: ${reason}`);
}
for (const problem of problems) console.error(`FAIL ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);
