// Takes the flasher stubs out of the npm package esptool-js (Apache-2.0 OR MIT), checks each against its pinned
// SHA-256 and writes it as a module that is loaded only when its chip needs it. The blobs are never committed.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const pins = JSON.parse(readFileSync(new URL("./stub-pins.json", import.meta.url), "utf8"));
const source = join(
  dirname(createRequire(import.meta.url).resolve("esptool-js/package.json")),
  "lib/targets/stub_flasher",
);
const target = fileURLToPath(new URL("../../src/core/stub/generated/", import.meta.url));
mkdirSync(target, { recursive: true });

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function check(what, base64, pinned) {
  const found = sha256(Buffer.from(base64, "base64"));
  if (found !== pinned) throw new Error(`${what} has SHA-256 ${found}, but ${pinned} is pinned in stub-pins.json`);
}

/** What can be added to this stub, each plugin checked like the stub itself; null for a stub that takes none. */
function pluginsOf(name, stub, pins = {}) {
  if (stub.plugins === undefined) return null;
  const byName = Object.entries(stub.plugins).map(([plugin, { text, text_start, bss_size, handlers }]) => {
    check(`stub ${name}: the plugin ${plugin}`, text, pins[plugin]);
    const entries = Object.entries(handlers).map(([opcode, offset]) => [Number(opcode), offset]);
    return [plugin, { text, textStart: text_start, textSha256: pins[plugin], bssSize: bss_size, handlers: entries }];
  });
  return {
    tableOffset: stub.plugin_table_offset,
    firstOpcode: stub.plugin_first_opcode,
    tableEntries: stub.plugin_table_entries,
    byName: Object.fromEntries(byName),
  };
}

for (const [name, pin] of Object.entries(pins)) {
  const stub = JSON.parse(readFileSync(join(source, `${name}.json`), "utf8"));
  for (const part of ["text", "data"]) check(`stub ${name}: the ${part}`, stub[part], pin[part]);
  const module = {
    entry: stub.entry,
    text: stub.text,
    textStart: stub.text_start,
    data: stub.data,
    dataStart: stub.data_start,
    bssStart: stub.bss_start ?? null,
    textSha256: pin.text,
    dataSha256: pin.data,
    plugins: pluginsOf(name, stub, pin.plugins),
  };
  writeFileSync(
    join(target, `${name}.ts`),
    `import type { StubModule } from "../stub-module.ts";\n\nexport const STUB: StubModule = ${JSON.stringify(module)};\n`,
  );
}
