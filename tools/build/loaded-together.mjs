// Which modules of the programs stand in one file. Files cost more to load than their contents to parse, and contents that are
// not needed cost as much as those that are: what the commands need that are run most stands in few files, a file for each step
// on the way, and nothing else is in them.
import { basename } from "node:path";
import { root } from "./entries.mjs";
import { isTakenOfADoor } from "./through-doors.mjs";

/** Before all other groups. */
const FIRST = 100;

/**
 * In this order: a file has what its modules import, all the way, but for what an earlier file has. What they import when it is
 * needed is named, too, where most of those commands come to need it.
 */
const STEPS = {
  // From the words of a line to its command, of each program, and what is said meanwhile.
  cli: [
    "bin/run-executable",
    "cli/run-cli",
    "cli/run-espefuse",
    "cli/run-espsecure",
    "cli/host/node-host",
    "cli/line/build-program",
    "cli/show/harmless-event",
    "cli/help/help-text",
    "cli/show/render/render",
    "cli/show/terminal",
  ],
  // What they all have to do with bytes and what is given to them.
  base: [
    "cli/host/user-files",
    "cli/run/warn-address",
    "core/bytes/layout",
    "core/bytes/md5",
    "core/bytes/sha256",
    "core/bytes/text",
    "core/bytes/unshared",
    "core/bytes/xor-checksum",
    "core/check/bytes",
    "core/check/numbers",
    "core/check/signal",
    "core/chip/check-chip",
    "core/chip/chip-index",
    "core/chip/flash-codes",
    "core/load-part",
    "core/port/check-port",
  ],
  chips: ["core/chip/catalog"],
  image: ["cli/run/image/firmware", "core/image/read-firmware-file"],
  // A session with a chip, and what is done in it with little more.
  "on-chip": [
    "cli/run/with-session",
    "cli/spec/chip/read-mac",
    "cli/run/chip/read-mac",
    "cli/spec/chip/get-security-info",
    "cli/run/chip/get-security-info",
    "cli/spec/flash/flash-id",
    "cli/run/flash/flash-id",
    "cli/spec/flash/erase-region",
    "cli/run/flash/erase-region",
    "core/session/climb/rate-search",
    "core/session/connect/connect-repeatedly",
    "core/session/reset/disconnect",
    "core/session/facts/describe-security-info",
    "core/session/facts/identity",
    "core/session/facts/what-was-learnt",
    "core/flash/erase/erase",
    "core/flash/setup/flash-id",
    "node/open-port",
    "node/memory/state-memory",
  ],
  files: ["cli/host/node-files"],
  deflate: ["core/bytes/deflate"],
  virtual: ["virtual/text/from-string"],
  "write-flash": ["cli/spec/flash/write-flash", "cli/run/flash/write-flash", "core/flash/write/write-flash"],
  "read-flash": [
    "cli/spec/flash/read-flash",
    "cli/run/flash/read-flash",
    "core/flash/read/read-flash",
    "core/flash/read/stream-flash",
    "core/flash/read/verify-flash",
  ],
  nand: [
    "core/flash/nand/erase-nand",
    "core/flash/nand/read-nand",
    "core/flash/nand/verify-nand",
    "core/flash/nand/write-nand",
  ],
  espefuse: [
    "cli/spec/efuse/read/summary",
    "cli/run/efuse/run-commands",
    "cli/run/efuse/open-chip",
    "cli/run/efuse/open-virtual",
    "cli/run/efuse/read/summary",
  ],
};

/**
 * Groups for the bundler, of `output`: the same modules, each in a file of its own. What is imported when it is needed, and needs
 * nothing else, is a file of its own, so that no other group takes it in. Throws for a module that is not there.
 */
export function loadedTogether(output) {
  const chunks = output.filter(({ type }) => type === "chunk");
  const moduleOf = new Map(chunks.map((chunk) => [chunk.fileName, chunk.facadeModuleId ?? chunk.moduleIds[0]]));
  const imports = new Map(
    chunks.map((chunk) => [moduleOf.get(chunk.fileName), chunk.imports.map((file) => moduleOf.get(file))]),
  );
  const taken = new Set();
  const needsNothingElse = (id) => !taken.has(id) && imports.get(id)?.every((imported) => taken.has(imported));
  const steps = Object.entries(STEPS).map(([name, named]) => {
    const modules = new Set();
    const take = (id) => {
      if (taken.has(id) || !imports.has(id)) return;
      taken.add(id);
      modules.add(id);
      for (const imported of imports.get(id)) take(imported);
    };
    for (const path of named) {
      const id = `${root}src/${path}.ts`;
      if (!imports.has(id)) throw new Error(`The programs have no module ${path}`);
      take(id);
    }
    for (const id of imports.keys()) if (isTakenOfADoor(id) && needsNothingElse(id)) take(id);
    return { name, modules };
  });
  const later = new Set(chunks.flatMap(({ dynamicImports }) => dynamicImports.map((file) => moduleOf.get(file))));
  const alone = [...later]
    .filter(needsNothingElse)
    .map((id) => ({ name: basename(id, ".ts"), modules: new Set([id]) }));
  return [...steps, ...alone].map(({ name, modules }, index, { length }) => ({
    name,
    test: (id) => modules.has(id),
    priority: FIRST + length - index,
  }));
}
