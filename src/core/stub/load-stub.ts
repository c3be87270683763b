import { fromBase64 } from "../bytes/base64.ts";
import { sha256 } from "../bytes/digests.ts";
import { toHex } from "../bytes/hex.ts";
import type { ChipDescriptor } from "../chip/types.ts";
import { EspError } from "../errors.ts";
import type { StubModule } from "./stub-module.ts";

/** A flasher stub, ready to be uploaded. */
export interface Stub {
  readonly name: string;
  readonly entry: number;
  readonly segments: readonly { readonly address: number; readonly data: Uint8Array }[];
  readonly sizeBytes: number;
}

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
  const candidates = chip.stubs.filter(({ fromRevision }) => revision >= fromRevision);
  const best = candidates.reduce<(typeof candidates)[number] | null>(
    (found, candidate) => (found === null || candidate.fromRevision > found.fromRevision ? candidate : found),
    null,
  );
  return best?.name ?? null;
}

/** Loads a stub and checks it against its pin. Throws `stub.missing`, `stub.damaged`. */
export async function loadStub(name: string): Promise<Stub> {
  const load = MODULES[name];
  if (load === undefined) throw new EspError("stub.missing", `There is no flasher stub named ${name}.`);
  const { STUB } = await load();
  const text = fromBase64(STUB.text);
  const data = fromBase64(STUB.data);
  if (toHex(sha256(text)) !== STUB.textSha256 || toHex(sha256(data)) !== STUB.dataSha256)
    throw new EspError("stub.damaged", `The flasher stub ${name} is not the one it should be.`, {
      hint: "Install the package again.",
    });
  return {
    name,
    entry: STUB.entry,
    segments: [
      { address: STUB.textStart, data: text },
      { address: STUB.dataStart, data },
    ],
    sizeBytes: text.length + data.length,
  };
}
