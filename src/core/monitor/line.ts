/** What a device printed up to the end of a line. */
export interface MonitorLine {
  /** Without the end of the line. What is no UTF-8 is replacement characters. */
  readonly text: string;
  /** As received, without the end of the line. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When its first byte arrived, by the port's clock. */
  readonly atMs: number;
  /** False: cut off by the loss of the port, by the end of the session, or because it grew too long. */
  readonly complete: boolean;
}

/** Text to be shown now. The pieces of a line, joined, are the line. */
export interface LinePiece {
  readonly text: string;
  /** Nothing of its line was shown before. */
  readonly starts: boolean;
  /** Nothing of its line follows. */
  readonly ends: boolean;
  /** When the first byte of its line arrived. */
  readonly atMs: number;
}

/** Where an assembler delivers. The pieces of a line come before the line. */
export interface LineSink {
  piece(piece: LinePiece): void;
  line(line: MonitorLine): void;
}

/** Makes lines of bytes. */
export interface Assembler {
  push(bytes: Uint8Array): void;
  /** Nothing more will come: what is there is delivered. */
  flush(): void;
}

/**
 * Looks at every line and returns what is to be told about it, usually nothing. It never changes what the device said.
 * This is where crash dumps are to be decoded.
 */
export type LineProcessor = (line: MonitorLine) => readonly string[];

/** How long an unfinished line, such as a prompt, is held back. esp-idf-monitor waits as long. */
export const PARTIAL_AFTER_MS = 100;
