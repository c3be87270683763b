// The published types in the projects of users: each door is imported and used under every way of finding modules, with
// and without the types of Node and of the browser, with nothing skipped, by `tsc`. And `require` of a CommonJS file.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RESOLUTIONS = [
  { module: "nodenext" },
  { module: "node16" },
  { module: "esnext", moduleResolution: "bundler" },
  { module: "preserve", moduleResolution: "bundler" },
];
const LIBRARIES = [["ES2023"], ["ES2023", "DOM"]];
/** `types` as in tsconfig.json; `undefined` is what a project has that says nothing. */
const NODE_TYPES = [
  { installed: false, types: undefined },
  { installed: true, types: undefined },
  { installed: true, types: [] },
  { installed: true, types: ["node"] },
];

/** Every choice of types with the first way of finding modules; the other ways with the least and with the most types. */
function projects() {
  const [first, ...others] = RESOLUTIONS;
  return NODE_TYPES.flatMap(({ installed, types }, index) =>
    LIBRARIES.flatMap((lib) => {
      const atTheEnds =
        (index === 0 && !lib.includes("DOM")) || (index === NODE_TYPES.length - 1 && lib.includes("DOM"));
      return [first, ...(atTheEnds ? others : [])].map((resolution) => ({ installed, types, lib, resolution }));
    }),
  );
}

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
  target: "ES2022",
};

const specifier = (door) => (door === "." ? "esptool-ts" : `esptool-ts/${door.slice(2)}`);

/** Elements of pages are the browser's own kind of thing: a project without its types cannot name them. */
const FOR_PAGES = new Set(["./elements"]);

/** Imports every door, and uses those whose types have to do with Node. */
function usage(doors) {
  const imports = doors.map((door, index) => `import * as door${index} from "${specifier(door)}";`);
  return `${imports.join("\n")}
import type { EspEvent, Session } from "esptool-ts";
import { type Listener, openHsm, portFromString, serveRfc2217 } from "esptool-ts/node";
export const doors: readonly object[] = [${doors.map((_, index) => `door${index}`).join(", ")}];
export const close = async (listener: Listener): Promise<void> => listener.close();
export const told = ({ type }: EspEvent): string => type;
export const chipOf = (session: Session): string => session.chip.id;
export const used = [openHsm, portFromString, serveRfc2217];
`;
}

/** What a page has: streams of the DOM library stand where the types say what is used of them. */
const PAGE = `import { type SerialPortLike, webSerialPort } from "esptool-ts/web";
declare const port: Omit<SerialPortLike, "readable" | "writable"> & {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
};
export const opened = webSerialPort(port);
`;

/** Types of Node as this project has them, with what they need. */
function installNodeTypes(root, modules, installed) {
  for (const name of ["@types/node", "undici-types"]) {
    rmSync(join(modules, name), { recursive: true, force: true });
    if (installed) cpSync(join(root, "node_modules", name), join(modules, name), { recursive: true });
  }
}

/** Throws with the compiler's words when one way of using the package fails. Tells how many there were. */
export function checkConsumers({ root, place, doors }) {
  const source = join(place, "consumer");
  mkdirSync(source, { recursive: true });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  writeFileSync(join(source, "page.ts"), PAGE);
  const all = projects();
  for (const { installed, types, lib, resolution } of all) {
    installNodeTypes(root, join(place, "node_modules"), installed);
    const compilerOptions = { ...STRICT, ...resolution, lib, ...(types === undefined ? {} : { types }) };
    const hasPages = lib.includes("DOM");
    writeFileSync(join(source, "doors.ts"), usage(doors.filter((door) => hasPages || !FOR_PAGES.has(door))));
    const files = hasPages ? ["doors.ts", "page.ts"] : ["doors.ts"];
    writeFileSync(join(source, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", source], { encoding: "utf8" });
    if (status === 0) continue;
    const how = `@types/node ${installed ? "installed" : "missing"}, ${JSON.stringify(compilerOptions)}`;
    throw new Error(`types do not compile with ${how}:\n${stdout}`);
  }
  return all.length;
}

/** The doors of Node in a CommonJS file. Throws when one cannot be had. */
export function checkRequire({ place, doors }) {
  const file = join(place, "consumer", "require.cjs");
  const names = JSON.stringify(doors.map(specifier));
  writeFileSync(
    file,
    `for (const name of ${names})
  if (Object.keys(require(name)).length === 0) throw new Error(name + " exports nothing");\n`,
  );
  execFileSync(process.execPath, [file], { stdio: ["ignore", "inherit", "inherit"] });
}
