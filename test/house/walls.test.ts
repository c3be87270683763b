import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { FLOORS, PEERS } from "./shelves.ts";
import { circlesAmong, type Import, importsIn, importsOf, ROOT, sourceFiles } from "./source-tree.ts";

/**
 * Who may import whom (ARCHITECTURE.md). A room is a folder; `rooms` lists what its files may reach. Anything missing
 * here is forbidden, so a new room must be entered before it can import anything.
 */
const LEAVES = [
  "core/async-dispose",
  "core/host",
  "core/clock",
  "core/errors",
  "core/error-details",
  "core/host-memory",
  "core/events",
  "core/notice",
  "core/remedy",
  "core/load-part",
  "core/shield-listener",
];
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "core/async-dispose": [],
  "core/host": [],
  "core/host-memory": ["core/check"],
  "core/plain-data": [],
  "core/remedy": [],
  "core/error-details": ["core/remedy"],
  "core/error-codes": [],
  "core/errors": ["core/error-codes", "core/error-details", "core/plain-data", "core/remedy"],
  "core/error-meanings": ["core/errors"],
  "core/errors-at-doors": ["core/errors", "core/error-details", "core/remedy"],
  "core/load-part": ["core/errors", "core/host"],
  "core/serialise-error": ["core/errors", "core/remedy"],
  // Types only: the codes of what the rooms above have to say.
  "core/notice": ["core/errors", "core/image", "core/nvs", "core/secure"],
  "core/tell": ["core/events", "core/bytes", "core/check"],
  "core/shield-listener": ["core/errors"],
  "core/clock": ["core/host", "core/errors"],
  "core/check": ["core/errors"],
  // Types only: an event may carry a diagnosis and a chip's name.
  "core/events": ["core/chip", "core/errors", "core/error-details", "core/notice"],
  // Ours of what a host may lack is loaded then.
  "core/bytes": ["core/host", "core/load-part"],
  "core/chip": ["core/check", "core/bytes", "core/errors", "core/load-part"],
  "core/stub": ["core/check", "core/bytes", "core/chip", "core/errors", "core/load-part"],
  // The chip's part: which instruction sets there are.
  "core/elf": ["core/check", "core/bytes", "core/chip", "core/errors"],
  "core/debug-info": ["core/check", "core/elf", "core/bytes", "core/errors"],
  // Of the chips only their names.
  "core/crash": [
    "core/check",
    "core/chip",
    "core/debug-info",
    "core/elf",
    "core/bytes",
    "core/errors",
    "core/shield-listener",
  ],
  "core/image": ["core/check", "core/elf", "core/bytes", "core/chip", "core/errors"],
  "core/wire": ["core/check", "core/bytes", "core/chip", "core/errors"],
  "core/port": ["core/check", "core/bytes", "core/clock", "core/errors", "core/host"],
  "core/link": ["core/check", "core/wire", "core/port", "core/bytes", "core/load-part", ...LEAVES],
  // Of ports the check of a clock.
  "core/improv": ["core/check", "core/bytes", "core/port", "core/clock", "core/errors", "core/shield-listener"],
  "core/session": [
    "core/check",
    "core/link",
    "core/wire",
    "core/port",
    "core/chip",
    "core/stub",
    "core/bytes",
    ...LEAVES,
  ],
  "core/flash": [
    "core/check",
    "core/session",
    "core/link",
    "core/wire",
    "core/chip",
    "core/image",
    "core/bytes",
    ...LEAVES,
  ],
  "core/memory": [
    "core/check",
    "core/session",
    "core/link",
    "core/wire",
    "core/chip",
    "core/image",
    "core/bytes",
    ...LEAVES,
  ],
  "core/efuse": [
    "core/check",
    "core/session",
    "core/link",
    "core/wire",
    "core/port",
    "core/chip",
    "core/bytes",
    ...LEAVES,
  ],
  "core/secure": ["core/check", "core/bytes", "core/image", "core/chip", "core/errors", "core/host"],
  "core/nvs": ["core/check", "core/bytes", "core/secure", "core/errors", "core/host"],
  "core/filesystem": ["core/check", "core/bytes", "core/errors"],
  "core/partition": ["core/check", "core/bytes", "core/errors"],
  // What is in each partition is said by the rooms of what may be in one.
  "core/inspect": [
    "core/check",
    "core/bytes",
    "core/image",
    "core/nvs",
    "core/filesystem",
    "core/partition",
    "core/errors",
  ],
  // Of the chips where their bootloaders stand.
  "core/flash-layout": [
    "core/bytes",
    "core/check",
    "core/chip",
    "core/flash",
    "core/inspect",
    "core/partition",
    "core/session",
    "core/errors",
    "core/load-part",
  ],
  // Of the host only how addresses of the web are resolved.
  "core/manifest": ["core/check", "core/bytes", "core/chip", "core/errors", "core/host"],
  "core/bundle": [
    "core/check",
    "core/bytes",
    "core/chip",
    "core/image",
    "core/manifest",
    "core/partition",
    "core/errors",
    "core/load-part",
  ],
  // All that an install needs: a manifest becomes a plan, the plan is carried out, what the firmware prints is looked at.
  "core/install": [
    "core/check",
    "core/bytes",
    "core/chip",
    "core/manifest",
    "core/bundle",
    "core/partition",
    "core/image",
    "core/port",
    "core/session",
    "core/flash",
    "core/monitor",
    ...LEAVES,
  ],
  "core/monitor": ["core/check", "core/session", "core/port", "core/bytes", ...LEAVES],
  virtual: [
    "core/check",
    "core/bytes",
    "core/chip",
    "core/wire",
    "core/port",
    "core/clock",
    "core/errors",
    "core/host",
  ],
  // Of bundles the type of a tree alone.
  node: [
    "core/check",
    "core/bundle",
    "core/port",
    "core/clock",
    "core/errors",
    "core/host",
    "core/host-memory",
    "core/shield-listener",
  ],
  web: ["core/check", "core/port", "core/clock", "core/errors", "core/host", "core/load-part", "core/shield-listener"],
  // Another library's API over our own doors; its own are checked as all are.
  compat: ["doors", "web", "core/check"],
  // Pages do what anybody can do: they have the doors.
  "web/elements": ["doors"],
  "cli/spec": ["core/chip"],
  cli: ["cli/spec", "doors"],
  bin: ["doors", "cli"],
  doors: ["*"],
};

/** Files that may reach further, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // A port string may name a virtual chip; it is loaded only then.
  "node/open-port.ts": ["virtual"],
  "node/serve/serve-virtual.ts": ["virtual"],
  // Its firmware shares the codec with the host side, not the client.
  "virtual/board/improv-firmware.ts": ["core/improv"],
  // Files are read and saved in one way; it needs none of what else stands behind the door. What the system's codes mean is
  // the same for both.
  "cli/host/node-files.ts": ["node"],
  "cli/host/system-words.ts": ["node"],
  // Names are found in one way, which is no part of any door.
  "cli/line/meant/closest-name.ts": ["core/check"],
  // What a module says of a key becomes a key as signing and verifying know it; loaded when a module is opened.
  "node/pkcs11/pkcs11-keys.ts": ["core/secure"],
  // The type of what it opens.
  "node/pkcs11/hsm-config.ts": ["core/secure"],
  "node/pkcs11/pkcs11-signer.ts": ["core/secure"],
  // A page may frame bytes by hand, in the one way there is.
  "compat/transport/raw-input.ts": ["core/wire"],
  "compat/transport/transport.ts": ["core/wire"],
};

/** Packages a room may use; `node:` modules are for node, cli and bin alone. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "core/bytes": ["pako", "@noble/hashes"],
  "core/secure": ["core/check", "@noble/ciphers", "@noble/curves", "@noble/hashes"],
  node: ["core/check", "pkcs11js", "serialport", "@serialport/bindings-cpp", "@serialport/stream"],
  cli: ["commander", "yaml"],
};
const USES_NODE = new Set(["node", "cli", "bin"]);

/** Where folders stand side by side without knowing each other, or have an order of rooms. */
const WITHOUT_ORDER = new Set([".", "core", "core/efuse/table", "core/efuse/plan"]);

function roomOf(path: string): string {
  const parts = path.split("/");
  if (parts.length === 1) return "doors";
  if (parts[0] === "core") return parts.length === 2 ? `core/${parts[1]?.replace(/\.ts$/, "")}` : `core/${parts[1]}`;
  if (parts[0] === "cli" && parts[1] === "spec") return "cli/spec";
  if (parts[0] === "web" && parts[1] === "elements") return "web/elements";
  return parts[0] ?? "";
}

const FOLDERS = new Set(readdirSync(ROOT, { withFileTypes: true }).map(({ name }) => name));
const isOurs = (target: string): boolean => FOLDERS.has(target.split("/")[0] ?? "");

function complaint({ from, target }: Import): string | null {
  const room = roomOf(from);
  const say = (what: string): string => `${from} (${room}) imports ${what}`;
  const allowed = ROOMS[room];
  if (allowed === undefined) return say("something, but its room has no walls yet");
  if (!isOurs(target)) {
    if (target.startsWith("node:")) return USES_NODE.has(room) ? null : say(target);
    const isAllowed = (PACKAGES[room] ?? []).some((name) => target === name || target.startsWith(`${name}/`));
    return isAllowed ? null : say(target);
  }
  const other = roomOf(target);
  const extra = EXCEPTIONS[from] ?? [];
  if (other === room || allowed.includes("*") || allowed.includes(other) || extra.includes(other)) return null;
  return say(`${target} (${other})`);
}

/** On which floor of a room a file stands; -1 where the room has no place for it. */
function floorOf(room: string, file: string): number {
  const floors = FLOORS[room] ?? [];
  const [first = ""] = file.slice(room.length + 1).split("/");
  const own = floors.indexOf(first);
  return own >= 0 ? own : floors.indexOf("*");
}

/** What an import has against the order inside the rooms that hold both of its ends. */
function climbs({ from, target }: Import): string | null {
  for (const room of Object.keys(FLOORS)) {
    if (!from.startsWith(`${room}/`) || !target.startsWith(`${room}/`)) continue;
    if (floorOf(room, target) > floorOf(room, from))
      return `${from} imports ${target}, which stands above it in ${room}`;
  }
  return null;
}

/** Folders with files of their own, and those files. */
function shelves(files: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of files)
    if (file.includes("/")) found.set(dirname(file), [...(found.get(dirname(file)) ?? []), file]);
  return found;
}

const SIGN = /^\/\/ (?:Room|Shelf): .+\n(?:\/\/ .+\n)*\/\/ In: .+\n(?:\/\/ .+\n)*\/\/ Out: .+\n/;
/** Tables, one file a chip. */
const DATA = ["core/chip/descriptors", "core/efuse/table/chips"];
const MOST_FILES = 16;

const files = sourceFiles();
const imports = files.flatMap(importsOf);

describe("the walls", () => {
  it("see every file", () => {
    expect(files.length).toBeGreaterThan(500);
    expect(imports.length).toBeGreaterThan(2000);
  });

  it("stand: no room imports what it may not", () => {
    expect(imports.map(complaint).filter((line) => line !== null)).toEqual([]);
  });

  it("would show a hole", () => {
    const holes = (from: string, code: string): string => importsIn(from, code).map(complaint).join();
    expect(holes("core/wire/x.ts", 'import { connect } from "../session/connect/connect.ts";')).toContain(
      "core/session",
    );
    expect(holes("core/wire/x.ts", 'import { readFile } from "node:fs";')).toContain("node:fs");
    expect(holes("virtual/board/x.ts", 'import type { Link } from "../../core/link/link.ts";')).toContain("core/link");
    expect(holes("core/new/x.ts", 'import { EspError } from "../errors.ts";')).toContain("no walls yet");
  });
});

describe("the shelves", () => {
  it("have an order, and no import goes up", () => {
    expect(imports.map(climbs).filter((line) => line !== null)).toEqual([]);
  });

  it("would show an import that goes up", () => {
    const up = (from: string, code: string): string => importsIn(from, code).map(climbs).join();
    const burn = "import { burnEfuses } from";
    expect(up("core/efuse/plan/x.ts", `${burn} "../burn/burn.ts";`)).toContain("stands above");
    expect(up("core/flash/read/x.ts", 'import type { WritePlan } from "../write/plan-write.ts";')).toContain("above");
    expect(up("cli/line/x.ts", 'const { createRenderer } = await import("../show/render.ts");')).toContain("above");
    expect(up("core/efuse/burn/x.ts", 'import { planBurn } from "../plan/plan-burn.ts";')).toBe("");
  });

  it("all have their place in that order", () => {
    const homeless = files.filter((file) =>
      Object.keys(FLOORS).some((room) => file.startsWith(`${room}/`) && floorOf(room, file) < 0),
    );
    expect(homeless).toEqual([]);
    const unordered = files
      .map(dirname)
      .filter((folder) => folder.includes("/") && FLOORS[dirname(folder)] === undefined);
    expect([...new Set(unordered)].filter((folder) => !WITHOUT_ORDER.has(dirname(folder)))).toEqual([]);
  });

  it("have no circle of imports, types included", () => {
    expect(circlesAmong(imports)).toEqual([]);
  });

  it("would show a circle", () => {
    const circle = circlesAmong([
      { from: "a", target: "b" },
      { from: "b", target: "c" },
      { from: "c", target: "a" },
      { from: "c", target: "d" },
    ]);
    expect(circle).toEqual([["a", "b", "c"]]);
    expect(circlesAmong([{ from: "a", target: "a" }])).toEqual([["a"]]);
  });

  it("hold few files each", () => {
    const full = [...shelves(files)].filter(([folder, own]) => own.length > MOST_FILES && !DATA.includes(folder));
    expect(full.map(([folder, own]) => `${folder}: ${own.length}`)).toEqual([]);
  });

  it("have a sign at their entry: what is in here, what comes in, what goes out", () => {
    const unsigned = [...shelves(files)]
      .filter(([folder]) => !PEERS.includes(folder))
      .map(([folder, own]) => ({
        folder,
        entries: own.filter((file) => SIGN.test(readFileSync(join(ROOT, file), "utf8"))),
      }))
      .filter(({ entries }) => entries.length !== 1);
    expect(unsigned).toEqual([]);
  });

  it("keep the files small: one noun or verb phrase each", () => {
    const data =
      /core\/chip\/descriptors\/|core\/efuse\/table\/chips\/|virtual\/efuse\/efuse-layouts|core\/wire\/commands|virtual\/stub\/stub-table|cli\/spec\//;
    const long = files
      .filter((file) => !data.test(file))
      .map((file) => ({ file, lines: readFileSync(join(ROOT, file), "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });
});

describe("the folders of tests and tools", () => {
  it("hold few files each, too", () => {
    const counts = ["test", "tools"].flatMap((name) =>
      countFiles(fileURLToPath(new URL(`../../${name}/`, import.meta.url))),
    );
    expect(counts.filter(({ count }) => count > MOST_FILES)).toEqual([]);
  });
});

function countFiles(folder: string): { readonly folder: string; readonly count: number }[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const count = entries.filter((entry) => entry.isFile() && /\.(?:ts|mjs)$/.test(entry.name)).length;
  const below = entries.filter((entry) => entry.isDirectory() && entry.name !== "fixtures");
  return [{ folder, count }, ...below.flatMap(({ name }) => countFiles(join(folder, name)))];
}
