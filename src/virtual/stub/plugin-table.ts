/** A plugin that some tool uploads with a flasher stub, known by its digest. */
export interface KnownPlugin {
  readonly source: string;
  readonly name: "nand";
  /** Of the stub that it belongs to. */
  readonly stubTextSha256: string;
  readonly textSha256: string;
  readonly textSize: number;
  readonly textStart: number;
  /** Zeroed memory behind the stub's data. */
  readonly bssSize: number;
  /** Opcode, and where in the text its handler begins. */
  readonly handlers: readonly (readonly [opcode: number, offset: number])[];
}

export const KNOWN_PLUGINS: readonly KnownPlugin[] = [
  {
    source: "esptool-js 0.7.0",
    name: "nand",
    stubTextSha256: "c37a7d12d52633fd629fbed13f3a7418216af368d8e80f17853ce6de29741374",
    textSha256: "c45b76527509a76e11a8de8b7c484f3098b428e69f1653d580b511f975ec0c8a",
    textSize: 3940,
    textStart: 0x40379ea0,
    bssSize: 10288,
    handlers: [
      [0xd5, 1728],
      [0xd6, 3056],
      [0xd7, 3160],
      [0xd8, 3336],
      [0xd9, 3416],
      [0xda, 3468],
      [0xdb, 3752],
      [0xdc, 3788],
      [0xdd, 3864],
      [0xde, 3648],
    ],
  },
];
