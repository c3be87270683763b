import type { ChipId } from "../../chip/types.ts";
import type { Clock } from "../../clock.ts";
import type { Emit } from "../../events.ts";
import type { RegisterWrite } from "../../wire/commands.ts";

/**
 * What this room needs of a chip: a session (`efuseDevice`), or the eFuse controller of a virtual chip without a loader
 * in between.
 */
export interface EfuseDevice {
  readonly chip: ChipId;
  /** 100 x major + minor; null: it is to be taken from the eFuses. */
  readonly chipRevision: number | null;
  readonly crystalMhz: number;
  readonly clock: Clock;
  /** In the order of the addresses. Each word is one exchange on a serial line. */
  readRegisters(addresses: readonly number[]): Promise<readonly number[]>;
  /** In order, in one packet where they fit. */
  writeRegisters(writes: readonly RegisterWrite[]): Promise<void>;
  /**
   * Asks the chip that answers now whether it is the one this device is of, and forgets whatever was read before: what is
   * asked for next comes from the chip. Rejects with `connect.wrong-chip`. Absent: nothing can be exchanged or remembered.
   */
  readonly confirmChip?: (() => Promise<void>) | undefined;
  /** What happens is told here. */
  readonly emit: Emit;
  /**
   * Runs work that no other reads and writes may get in between of; it uses the device that it is given. Throws
   * `session.busy` while something else is under way, `session.closed`. Absent: nobody else uses the device.
   */
  readonly reserve?: (<T>(work: (device: EfuseDevice) => Promise<T>) => Promise<T>) | undefined;
  /**
   * The connection was lost. Resolves when the chip answers again; `secure-download`: it does, in Secure Download Mode,
   * where eFuses cannot be read. Rejects when it stays silent. Absent: nothing can be lost.
   */
  readonly restore?: (() => Promise<"restored" | "secure-download">) | undefined;
}
