import type { ChipId } from "../../../src/chips.ts";
import { type ConnectOptions, connect, type Session } from "../../../src/index.ts";
import { INSTANT_TIMING, type VirtualChip, type VirtualChipOptions, virtualChip } from "../../../src/virtual.ts";
import { live } from "../chip/live.ts";
import { whole } from "./types.ts";

export interface Bench {
  readonly chip: VirtualChip;
  readonly session: Session;
}

/** A session that is used again as long as it is open: connecting for every wrong argument would take too long. */
function shared(id: ChipId, chipOptions: VirtualChipOptions, options: ConnectOptions): () => Promise<Session> {
  let bench: Bench | null = null;
  return async () => {
    if (bench === null || !live(bench.session).link.isOpen) {
      const chip = virtualChip(id, { timing: INSTANT_TIMING, ...chipOptions });
      bench = { chip, session: whole(await connect(chip.port, options)) };
    }
    return bench.session;
  };
}

export const stubSession: () => Promise<Session> = shared("esp32c3", {}, {});
export const romSession: () => Promise<Session> = shared("esp32c3", {}, { stub: false });
export const esp32Session: () => Promise<Session> = shared("esp32", {}, { stub: false });
export const nandSession: () => Promise<Session> = shared("esp32s3", { silicon: { nand: {} } }, { plugins: ["nand"] });

export const neverAborts = (): AbortSignal => new AbortController().signal;
export const bytes = (length = 16): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => index * 7 + 1);
