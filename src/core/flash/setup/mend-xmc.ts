import type { LiveSession } from "../../session/session.ts";
import type { SpiStep } from "./spi-command.ts";

export interface XmcTools extends Pick<LiveSession, "emit"> {
  readonly runSpiSteps: (steps: readonly SpiStep[]) => Promise<void>;
  /** As the part identifies itself now. */
  readonly isHealthy: () => Promise<boolean>;
}

/**
 * Brings an XMC part that woke up in a wrong state into the right one (fact sheet 3.10). A page loads this when it meets such a
 * part, so it has no imports: what it shares is given to it.
 */
export async function mendXmc({ emit, runSpiSteps, isHealthy }: XmcTools): Promise<void> {
  emit({ type: "warning", code: "flash.xmc", message: "XMC flash chip boot-up fault detected; fixing it." });
  await runSpiSteps([
    { command: { command: 0xb9 } },
    { command: { command: 0x79 } },
    { command: { command: 0xff }, thenWaitMicroseconds: 2000 },
    { command: { command: 0xab }, thenWaitMicroseconds: 20 },
  ]);
  if (await isHealthy())
    emit({ type: "note", code: "flash.xmc-fixed", message: "XMC flash chip boot-up fix successful." });
  else emit({ type: "warning", code: "flash.xmc-not-fixed", message: "XMC flash chip boot-up fix failed." });
}
