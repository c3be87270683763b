import { EspError } from "../errors.ts";
import type { Stub } from "./stub.ts";

/** The table in a stub's data through which it finds the handlers of added commands (fact sheet 3.8). */
export interface PluginTable {
  /** In the stub's data, in bytes. */
  readonly offset: number;
  readonly firstOpcode: number;
  readonly entries: number;
}

/** Commands that can be added to one stub. */
export interface StubPlugin {
  readonly name: string;
  readonly text: Uint8Array<ArrayBuffer>;
  readonly textStart: number;
  /** Zeroed memory that it needs behind the stub's data, in bytes. */
  readonly bssSize: number;
  /** Opcode, and where in `text` its handler begins. */
  readonly handlers: readonly (readonly [opcode: number, offset: number])[];
}

const WORD = 4;

/**
 * The stub with these plugins in it: handlers entered in its table, room behind its data, their code as segments of
 * their own. Pure. Throws `stub.damaged` when a plugin does not fit the stub.
 */
export function patchPlugins(stub: Stub, table: PluginTable, plugins: readonly StubPlugin[]): Stub {
  const [text, data] = stub.segments;
  if (text === undefined || data === undefined) throw misfit(stub.name, "it has no data");
  const room = plugins.reduce((sum, { bssSize }) => sum + bssSize, 0);
  const patched = new Uint8Array(data.data.length + room);
  patched.set(data.data);
  const words = new DataView(patched.buffer);
  for (const { name, text: code, textStart, handlers } of plugins) {
    if (code.length % WORD !== 0) throw misfit(stub.name, `the code of plugin '${name}' is no multiple of 4 bytes`);
    for (const [opcode, offset] of handlers) {
      const index = opcode - table.firstOpcode;
      const at = table.offset + WORD * index;
      if (index < 0 || index >= table.entries || at + WORD > data.data.length)
        throw misfit(stub.name, `its table has no room for command 0x${opcode.toString(16)} of plugin '${name}'`);
      words.setUint32(at, textStart + offset, true);
    }
  }
  return {
    ...stub,
    segments: [
      text,
      { ...data, data: patched },
      ...plugins.map(({ text: code, textStart }) => ({ address: textStart, data: code })),
    ],
    plugins: plugins.map(({ name, text: code }) => ({ name, sizeBytes: code.length })),
  };
}

function misfit(name: string, why: string): EspError {
  return new EspError("stub.damaged", `The flasher stub ${name} cannot be extended: ${why}.`, {
    hint: "Install the package again.",
  });
}
