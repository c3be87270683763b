import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * Who may import whom (ARCHITECTURE.md). A room is a folder; `rooms` lists what its files may reach. Anything missing
 * here is forbidden, so a new room must be entered before it can import anything.
 */
const LEAVES = ["core/host", "core/clock", "core/errors", "core/events", "core/shield-listener"];
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "core/host": [],
  "core/errors": [],
  "core/shield-listener": [],
  "core/clock": ["core/host", "core/errors"],
  "core/check": ["core/errors"],
  // Types only: an event may carry a diagnosis and a chip's name.
  "core/events": ["core/chip", "core/session"],
  "core/bytes": ["core/host"],
  "core/chip": ["core/check", "core/bytes", "core/errors"],
  "core/stub": ["core/check", "core/bytes", "core/chip", "core/errors"],
  "core/image": ["core/check", "core/bytes", "core/chip", "core/errors"],
  "core/wire": ["core/check", "core/bytes", "core/chip", "core/errors"],
  "core/port": ["core/check", "core/clock", "core/errors"],
  "core/link": ["core/check", "core/wire", "core/port", "core/bytes", ...LEAVES],
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
  node: ["core/check", "core/port", "core/clock", "core/errors", "core/host", "core/shield-listener"],
  web: ["core/check", "core/port", "core/clock", "core/errors", "core/host"],
  "cli/spec": ["core/chip"],
  cli: ["cli/spec", "doors"],
  bin: ["doors", "cli"],
  doors: ["*"],
};

/** Files that may reach further, each with its reason. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // A port string may name a virtual chip; it is loaded only then.
  "node/open-port.ts": ["virtual"],
  "node/serve-virtual.ts": ["virtual"],
  // Files are read and saved in one way; it needs none of what else stands behind the door. What the system's codes mean is
  // the same for both.
  "cli/node-files.ts": ["node"],
  "cli/system-words.ts": ["node"],
  // What a module says of a key becomes a key as signing and verifying know it; loaded when a module is opened.
  "node/pkcs11-keys.ts": ["core/secure"],
  // The type of what it opens.
  "node/open-hsm.ts": ["core/secure"],
  "node/pkcs11-signer.ts": ["core/secure"],
};

/** Packages a room may use; `node:` modules are for node, cli and bin alone. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "core/bytes": ["pako", "@noble/hashes"],
  "core/secure": ["core/check", "@noble/ciphers", "@noble/curves", "@noble/hashes"],
  node: ["core/check", "pkcs11js", "serialport", "@serialport/bindings-cpp", "@serialport/stream"],
  cli: ["commander"],
};
const USES_NODE = new Set(["node", "cli", "bin"]);

const root = fileURLToPath(new URL("../../src/", import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" ? [] : sources(path);
    return path.endsWith(".ts") && !path.endsWith(".test.ts") ? [path] : [];
  });
}

function roomOf(file: string): string {
  const path = relative(root, file);
  const parts = path.split("/");
  if (parts.length === 1) return "doors";
  if (parts[0] === "core") return parts.length === 2 ? `core/${parts[1]?.replace(/\.ts$/, "")}` : `core/${parts[1]}`;
  if (parts[0] === "cli" && parts[1] === "spec") return "cli/spec";
  return parts[0] ?? "";
}

interface Import {
  readonly from: string;
  readonly target: string;
}

function importsOf(file: string): Import[] {
  const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const found = code.matchAll(
    /(?:^|\s)(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|^import\s+"([^"]+)"/gm,
  );
  return [...found].map((match) => ({ from: file, target: match[1] ?? match[2] ?? match[3] ?? "" }));
}

function complaint({ from, target }: Import): string | null {
  const room = roomOf(from);
  const say = (what: string): string => `${relative(root, from)} (${room}) imports ${what}`;
  const allowed = ROOMS[room];
  if (allowed === undefined) return say("something, but its room has no walls yet");
  if (!target.startsWith(".")) {
    if (target.startsWith("node:")) return USES_NODE.has(room) ? null : say(target);
    const isAllowed = (PACKAGES[room] ?? []).some((name) => target === name || target.startsWith(`${name}/`));
    return isAllowed ? null : say(target);
  }
  const other = roomOf(resolve(dirname(from), target));
  const extra = EXCEPTIONS[relative(root, from)] ?? [];
  if (other === room || allowed.includes("*") || allowed.includes(other) || extra.includes(other)) return null;
  return say(`${relative(root, resolve(dirname(from), target))} (${other})`);
}

describe("the walls", () => {
  const files = sources(root);

  it("see every file", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(100);
  });

  it("stand: no room imports what it may not", () => {
    expect(
      files
        .flatMap(importsOf)
        .map(complaint)
        .filter((line) => line !== null),
    ).toEqual([]);
  });

  it("would show a hole", () => {
    const from = join(root, "core/wire/x.ts");
    expect(complaint({ from, target: "../session/connect.ts" })).toContain("core/session");
    expect(complaint({ from, target: "node:fs" })).toContain("node:fs");
    expect(complaint({ from: join(root, "virtual/x.ts"), target: "../core/link/link.ts" })).toContain("core/link");
  });

  it("keep the core's files small: one noun or verb phrase each", () => {
    const data =
      /core\/chip\/esp|core\/efuse\/tables\/|virtual\/efuse-layouts|core\/wire\/commands|virtual\/stub-table|cli\/spec\//;
    const long = files
      .filter((file) => !data.test(file))
      .map((file) => ({ file: relative(root, file), lines: readFileSync(file, "utf8").split("\n").length }))
      .filter(({ lines }) => lines > 350);
    expect(long).toEqual([]);
  });
});
