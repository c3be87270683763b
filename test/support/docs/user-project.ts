import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { rolldown } from "rolldown";
import { ROOT } from "./pages.ts";

export interface UserProject {
  readonly folder: string;
  /** Where its commands are, for PATH. */
  readonly commands: string;
  remove(): void;
}

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

/** A folder with the examples in it and the package installed, as the source is now. */
export async function makeUserProject(): Promise<UserProject> {
  const folder = `${ROOT}.tmp/user-project-${process.pid}`;
  const installed = `${folder}/node_modules/esptool-ts`;
  const commands = `${folder}/node_modules/.bin`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(commands, { recursive: true });
  mkdirSync(installed, { recursive: true });
  const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as Manifest;
  cpSync(`${ROOT}package.json`, `${installed}/package.json`);
  await build(manifest, installed);
  for (const [name, file] of Object.entries(manifest.bin)) {
    chmodSync(`${installed}/${file}`, 0o755);
    symlinkSync(`../esptool-ts/${file}`, `${commands}/${name}`);
  }
  cpSync(`${ROOT}examples`, `${folder}/examples`, { recursive: true });
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }));
  return { folder, commands, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The files that the manifest names, from the sources of the same names. */
async function build(manifest: Manifest, installed: string): Promise<void> {
  const doors = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [] : [target.default],
  );
  const files = [...doors, ...new Set(Object.values(manifest.bin))]
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.replace(/^(?:\.\/)?dist\//, "").replace(/\.js$/, ""));
  const bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(files.map((name) => [name, `src/${name}.ts`])),
    external: [/^node:/, "serialport", "pkcs11js", /^@serialport\//],
    platform: "node",
    checks: { ineffectiveDynamicImport: false },
  });
  // One file a module, as the package has it: what only the command line needs of Node stays apart.
  await bundle.write({
    dir: `${installed}/dist`,
    format: "esm",
    preserveModules: true,
    preserveModulesRoot: `${ROOT}src`,
    entryFileNames: ({ name }) => `${name.replace(/^(?:\.\.\/)?node_modules\//, "third-party/")}.js`,
  });
  await bundle.close();
}
