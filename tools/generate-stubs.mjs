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
const target = fileURLToPath(new URL("../src/core/stub/generated/", import.meta.url));
mkdirSync(target, { recursive: true });

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
for (const [name, pin] of Object.entries(pins)) {
  const stub = JSON.parse(readFileSync(join(source, `${name}.json`), "utf8"));
  const found = { text: sha256(Buffer.from(stub.text, "base64")), data: sha256(Buffer.from(stub.data, "base64")) };
  for (const part of ["text", "data"])
    if (found[part] !== pin[part])
      throw new Error(
        `stub ${name}: the ${part} has SHA-256 ${found[part]}, but ${pin[part]} is pinned in stub-pins.json`,
      );
  const module = {
    entry: stub.entry,
    text: stub.text,
    textStart: stub.text_start,
    data: stub.data,
    dataStart: stub.data_start,
    bssStart: stub.bss_start ?? null,
    textSha256: pin.text,
    dataSha256: pin.data,
  };
  writeFileSync(
    join(target, `${name}.ts`),
    `import type { StubModule } from "../stub-module.ts";\n\nexport const STUB: StubModule = ${JSON.stringify(module)};\n`,
  );
}
