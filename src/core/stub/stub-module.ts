/** A flasher stub as the generated modules carry it. */
export interface StubModule {
  readonly entry: number;
  /** Base64. */
  readonly text: string;
  readonly textStart: number;
  /** Base64. */
  readonly data: string;
  readonly dataStart: number;
  readonly bssStart: number | null;
  /** Hexadecimal, pinned in the build. */
  readonly textSha256: string;
  readonly dataSha256: string;
  /** Null for a stub that cannot be extended. */
  readonly plugins: StubPluginsModule | null;
}

/** Commands that can be added to a stub: its table of handlers, and what there is to put into it (fact sheet 3.8). */
export interface StubPluginsModule {
  /** Of the table in the stub's data, in bytes. */
  readonly tableOffset: number;
  /** The command that the table's first entry handles. */
  readonly firstOpcode: number;
  readonly tableEntries: number;
  readonly byName: Readonly<Record<string, StubPluginModule>>;
}

export interface StubPluginModule {
  /** Base64. */
  readonly text: string;
  readonly textStart: number;
  /** Hexadecimal, pinned in the build. */
  readonly textSha256: string;
  /** Zeroed memory that it needs behind the stub's data, in bytes. */
  readonly bssSize: number;
  /** Opcode, and where in `text` its handler begins. */
  readonly handlers: readonly (readonly [opcode: number, offset: number])[];
}
