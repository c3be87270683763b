// What the packed file says of itself: the manifest that users get, the links in its pages, and its licences.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Left out until there is a place where the project lives. */
const PLACES = ["repository", "homepage", "bugs"];
const OF_DEVELOPMENT = ["private", "scripts", "devDependencies", "dependencies", "optionalDependencies", "overrides"];

function checkFields(installed) {
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const present = [...PLACES, ...OF_DEVELOPMENT].filter((field) => field in manifest);
  if (present.length > 0) throw new Error(`the packed manifest has ${present.join(", ")}`);
  const required = Object.keys(manifest.peerDependencies).filter(
    (name) => !manifest.peerDependenciesMeta[name]?.optional,
  );
  if (required.length > 0) throw new Error(`the peer ${required.join(", ")} is not optional`);
}

/** What npm itself packs here has the manifest of development, so it must not come to that. */
function checkRefusals(root) {
  for (const command of ["pack", "publish"]) {
    const args = [command, "--dry-run"];
    const { status } = spawnSync("npm", args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
    if (status === 0) throw new Error(`npm ${command} in the repository is not refused`);
  }
  // With --ignore-scripts npm looks at this alone, and not in a dry run.
  if (JSON.parse(readFileSync(join(root, "package.json"), "utf8")).private !== true)
    throw new Error("npm publish --ignore-scripts in the repository is not refused");
}

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** A link of a page that leads to nothing in the package. */
function deadLinks(installed) {
  return filesIn(installed)
    .filter((file) => file.endsWith(".md"))
    .flatMap((page) => {
      const prose = readFileSync(page, "utf8")
        .replaceAll(/^( *)```[\s\S]*?^ *```$/gm, "")
        .replaceAll(/`[^`\n]*`/g, "");
      return [...prose.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => target)
        .filter((target) => !/^https:/.test(target) && !existsSync(join(dirname(page), target)))
        .map((target) => `${relative(installed, page)}: ${target}`);
    });
}

/** By what lies in the package, apart from how the notices are made. */
function unlicensed(installed) {
  const notices = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const folders = readdirSync(join(installed, "dist/third-party"), { withFileTypes: true });
  const names = folders.flatMap(({ name, parentPath }) =>
    name.startsWith("@") ? readdirSync(join(parentPath, name)).map((part) => `${name}/${part}`) : [name],
  );
  const driver = readFileSync(join(installed, "dist/serial-binding/lib/index.cjs"), "utf8");
  for (const [, name] of driver.matchAll(/node_modules\/(@[^/\s]+\/[^/\s]+|[^@/\s]+)\//g)) names.push(name);
  if (names.length < 5) throw new Error("what is built in was not found");
  // The stubs and the headers of the driver leave no name behind.
  names.push("esptool-js", "node-addon-api");
  return [...new Set(names)].filter((name) => !notices.includes(`\n${name} `));
}

/** Throws with what is wrong. */
export function checkManifest({ root, installed }) {
  checkFields(installed);
  checkRefusals(root);
  const dead = deadLinks(installed);
  if (dead.length > 0) throw new Error(`links that lead nowhere in the package:\n${dead.join("\n")}`);
  const missing = unlicensed(installed);
  if (missing.length > 0) throw new Error(`the licences do not name ${missing.join(", ")}`);
  for (const name of ["examples/node", "LICENSE", "NOTICE", "docs/man/esptool.1"])
    if (!existsSync(join(installed, name))) throw new Error(`${name} is not in the package`);
}
