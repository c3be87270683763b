import { type ChipId, virtualChip } from "../../../src/virtual.ts";
import type { CliHostOptions } from "../cli-host.ts";
import { BOARD } from "../docs/page-files.ts";

/** A computer with one board, of which all is known. */
export function board({ contents, chip = "esp32c3", ...options }: BoardOptions): CliHostOptions {
  const { port } = virtualChip(chip, {
    ...(contents !== undefined && { contents: [{ address: 0, bytes: contents }] }),
  });
  return { port, ports: [BOARD], ...options };
}

interface BoardOptions extends CliHostOptions {
  readonly chip?: ChipId;
  /** Of the flash, from its beginning. */
  readonly contents?: Uint8Array<ArrayBuffer>;
}
