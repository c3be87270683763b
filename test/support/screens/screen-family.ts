import type { CliHostOptions } from "../cli-host.ts";

/** Lines whose screens are stored together; what one makes, the next finds. */
export interface ScreenFamily {
  /** Of its file. */
  readonly name: string;
  /** The world before the first line. */
  readonly world: () => CliHostOptions;
  /** As they are typed, each with its program. */
  readonly lines: readonly string[];
}
