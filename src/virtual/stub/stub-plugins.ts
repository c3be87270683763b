import { toHex } from "../../core/bytes/hex.ts";
import { sha256 } from "../../core/bytes/sha256.ts";
import type { AddressSpace } from "../silicon/address-space.ts";
import { KNOWN_PLUGINS, type KnownPlugin } from "./plugin-table.ts";
import type { KnownStub } from "./stub-table.ts";

/** Fact sheet 3.8. The table stands at the end of the stub's data. */
export const FIRST_PLUGIN_OPCODE = 0xd5;
export const PLUGIN_ENTRIES = 27;
const WORD = 4;

/** The one chip with a plugin, for NAND flash; older stubs have no table (fact sheet 3.17). */
export function takesPlugins({ chip, generation }: KnownStub): boolean {
  return chip === "esp32s3" && generation === "current";
}

/** What happens when the stub gets a command that only a plugin handles. */
export type PluginCommand =
  /** The table's entry is the one that says "not implemented". */
  | { readonly handler: "none" }
  | { readonly handler: "known"; readonly name: KnownPlugin["name"] }
  /** It leads to code of which nothing is known. */
  | { readonly handler: "unknown"; readonly address: number };

/** Looks the command up in the table as RAM holds it; a plugin counts when its code is there to the last byte. */
export function findPluginCommand(space: AddressSpace, stub: KnownStub, opcode: number): PluginCommand {
  const index = opcode - FIRST_PLUGIN_OPCODE;
  const end = stub.dataStart + stub.dataSize;
  const table = end - WORD * PLUGIN_ENTRIES;
  if (!takesPlugins(stub) || index < 0 || index >= PLUGIN_ENTRIES) return { handler: "none" };
  const address = space.readWord(table + WORD * index);
  // The last entry is used by no plugin and tells the default.
  if (address === space.readWord(end - WORD)) return { handler: "none" };
  const plugin = KNOWN_PLUGINS.find(
    ({ stubTextSha256, textStart, handlers }) =>
      stubTextSha256 === stub.textSha256 &&
      handlers.some(([known, offset]) => known === opcode && textStart + offset === address),
  );
  return plugin !== undefined && isLoaded(space, plugin, end)
    ? { handler: "known", name: plugin.name }
    : { handler: "unknown", address };
}

function isLoaded(space: AddressSpace, plugin: KnownPlugin, bssStart: number): boolean {
  return (
    toHex(sha256(space.readBytes(plugin.textStart, plugin.textSize))) === plugin.textSha256 &&
    space.readBytes(bssStart, plugin.bssSize).every((byte) => byte === 0)
  );
}
