import { EspError } from "../errors.ts";
import { patchPlugins, type StubPlugin } from "./patch-plugins.ts";
import type { Stub } from "./stub.ts";
import type { StubModule, StubPluginsModule } from "./stub-module.ts";

/** From base64 to bytes with that digest. */
type Decode = (stub: string, base64: string, digest: string) => Promise<Uint8Array<ArrayBuffer>>;
type Source = Pick<StubPluginsModule, "byName"> & { readonly decode: Decode };

/** The stub with the plugins of these names. Throws `stub.plugin-missing`, `stub.damaged`. */
export async function addPlugins(
  stub: Stub,
  plugins: StubModule["plugins"],
  { names, decode }: { readonly names: readonly string[]; readonly decode: Decode },
): Promise<Stub> {
  if (plugins === null) throw pluginMissing(stub.name, `The ${stub.name} stub does not support plugins.`, names);
  const { tableOffset: offset, firstOpcode, tableEntries: entries, byName } = plugins;
  const found = await Promise.all(names.map((name) => findPlugin(stub.name, name, { byName, decode })));
  return patchPlugins(stub, { offset, firstOpcode, entries }, found);
}

async function findPlugin(stub: string, name: string, { byName, decode }: Source): Promise<StubPlugin> {
  const plugin = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (plugin === undefined) throw pluginMissing(stub, `Plugin '${name}' not found in the ${stub} stub.`, [name]);
  const { textStart, bssSize, handlers } = plugin;
  return { name, text: await decode(stub, plugin.text, plugin.textSha256), textStart, bssSize, handlers };
}

function pluginMissing(stub: string, sentence: string, plugins: readonly string[]): EspError {
  return new EspError("stub.plugin-missing", sentence, {
    hint: "NAND flash, the one use of plugins, works with the ESP32-S3 only.",
    details: { stub, plugins },
  });
}
