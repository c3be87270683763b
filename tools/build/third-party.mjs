// The licences of what is built in, found by the files that really went into the bundles.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The stubs are generated from this package, so that the bundles name none of its files. */
const GENERATED = { folder: "src/core/stub/generated/", from: "esptool-js" };

/** The folder of the package that a file belongs to, or null for what is ours or the bundler's. */
function packageOf(root, file) {
  if (file.includes(GENERATED.folder)) return join(root, "node_modules", GENERATED.from);
  const found = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replaceAll("\\", "/"));
  return found?.[1] ?? null;
}

function licenceOf(folder) {
  const name = readdirSync(folder).find((file) => /^(?:licen[cs]e|copying)(?:\.|$)/i.test(file));
  if (name === undefined) throw new Error(`${folder} comes without the text of its licence`);
  return readFileSync(join(folder, name), "utf8").trim();
}

/** What is built in, by name, once each. Throws where a licence or its text is missing. */
export function builtIn(root, files) {
  const folders = new Set(files.map((file) => packageOf(root, file)).filter((folder) => folder !== null));
  const packages = [...folders].map((folder) => {
    if (!existsSync(join(folder, "package.json"))) throw new Error(`${dirname(folder)}: no package.json`);
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (typeof license !== "string") throw new Error(`${name} does not say under which licence it is`);
    return { name, version, license, text: licenceOf(folder) };
  });
  return packages.sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

export function noticeText(packages) {
  const parts = packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`);
  return `Software of others that is built into this package.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
