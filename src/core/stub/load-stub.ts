// Room: the flasher stubs: found by chip and revision, checked against their pins, extended with plugins.
// In: a stub's name and the plugins wanted.
// Out: segments to upload and where to start.

import { fromBase64 } from "../bytes/base64.ts";
import { toHex } from "../bytes/hex.ts";
import { sha256ByHost } from "../bytes/sha256-by-host.ts";
import type { ChipDescriptor } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import { loadPart } from "../load-part.ts";
import type { Stub } from "./stub.ts";
import type { StubModule } from "./stub-module.ts";

/** One module a stub, loaded when asked for; the only place that knows where stubs come from. */
const MODULES: Readonly<Record<string, () => Promise<{ readonly STUB: StubModule }>>> = {
  esp8266: () => import("./generated/esp8266.ts"),
  esp32: () => import("./generated/esp32.ts"),
  esp32s2: () => import("./generated/esp32s2.ts"),
  esp32s3: () => import("./generated/esp32s3.ts"),
  esp32c3: () => import("./generated/esp32c3.ts"),
  esp32c2: () => import("./generated/esp32c2.ts"),
  esp32c6: () => import("./generated/esp32c6.ts"),
  esp32c61: () => import("./generated/esp32c61.ts"),
  esp32c5: () => import("./generated/esp32c5.ts"),
  esp32h2: () => import("./generated/esp32h2.ts"),
  esp32p4: () => import("./generated/esp32p4.ts"),
  "esp32p4-rev1": () => import("./generated/esp32p4-rev1.ts"),
  esp32h4: () => import("./generated/esp32h4.ts"),
  esp32s31: () => import("./generated/esp32s31.ts"),
};

/** The name of the stub for this chip at this revision, or null when the chip has none. */
export function stubName(chip: ChipDescriptor, revision: number): string | null {
  return chip.stubs.find(({ fromRevision }) => revision >= fromRevision)?.name ?? null;
}

/**
 * Loads a stub, with plugins if any are named, and checks it against its pin. Throws `stub.missing`, `stub.damaged`,
 * `package.part-missing`, and `stub.plugin-missing` when the stub cannot have such a plugin.
 */
export async function loadStub(name: string, plugins: readonly string[] = []): Promise<Stub> {
  const load = MODULES[name];
  if (load === undefined)
    throw new EspError("stub.missing", `There is no flasher stub named ${name}.`, { hint: "Work without the stub." });
  const { STUB } = await loadPart(`stub ${name}`, load);
  const text = await checkedBytes(name, STUB.text, STUB.textSha256);
  const data = await checkedBytes(name, STUB.data, STUB.dataSha256);
  const stub: Stub = {
    name,
    entry: STUB.entry,
    segments: [
      { address: STUB.textStart, data: text },
      { address: STUB.dataStart, data },
    ],
    sizeBytes: text.length + data.length,
    bssStart: STUB.bssStart,
    plugins: [],
  };
  if (plugins.length === 0) return stub;
  const { addPlugins } = await loadPart("plugins of stubs", () => import("./add-plugins.ts"));
  return await addPlugins(stub, STUB.plugins, { names: plugins, decode: checkedBytes });
}

async function checkedBytes(name: string, base64: string, digest: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = fromBase64(base64);
  if (toHex(await sha256ByHost(bytes)) === digest) return bytes;
  throw new EspError("stub.damaged", `The flasher stub ${name} is not the one it should be.`, {
    hint: "Install the package again.",
  });
}
