import { EspError, isEspError, toEspError } from "../../errors.ts";
import type { BurnStep } from "../plan/plan.ts";
import type { EfuseDevice } from "../read/device.ts";
import { tell } from "../read/tell.ts";
import { bitMask } from "../table/bits.ts";
import type { EfuseTable } from "../table/types.ts";

/** Why a chip does not answer any more, or not with its eFuses, as it should after what was burned. */
export type ChipEnding = "download-disabled" | "secure-download";

/** What all steps of a burn share of the way to the chip. */
export interface Connection {
  readonly device: EfuseDevice;
  readonly table: EfuseTable;
  /** How often it may be restored yet. */
  restoresLeft: number;
}

/** How far the step is: what was to be burned was not sent, perhaps taken, or taken by the chip. */
export type Burned = "no" | "perhaps" | "yes";

/** Fields after which the chip lets nobody in any more (fact sheet efuse-secure A10, A13). */
const ENDS_DOWNLOAD = ["DIS_DOWNLOAD_MODE", "UART_DOWNLOAD_DIS"];
const ENDS_READING = ["ENABLE_SECURITY_DOWNLOAD"];

export type Survived<T> = { readonly value: T } | { readonly ending: ChipEnding };

/**
 * Does work that may be begun anew; when the connection is lost, it is restored first. What a step burns may be the
 * reason for which it cannot be: that is no error.
 */
export async function survive<T>(
  connection: Connection,
  { step, burned }: { readonly step: BurnStep; readonly burned: Burned },
  work: () => Promise<T>,
): Promise<Survived<T>> {
  for (;;) {
    try {
      return { value: await work() };
    } catch (error) {
      const ending = await restoreAfter(connection, toEspError(error), { step, burned });
      if (ending !== null) return { ending };
    }
  }
}

/** Null: the chip answers again. Throws when it does not and should. */
export async function restoreAfter(
  connection: Connection,
  lost: EspError,
  { step, burned }: { readonly step: BurnStep; readonly burned: Burned },
): Promise<ChipEnding | null> {
  const { device, table } = connection;
  if (!isConnectionError(lost) || device.restore === undefined || connection.restoresLeft <= 0) throw lost;
  connection.restoresLeft--;
  const mayEnd = burned !== "no" && sets(table, step, [...ENDS_DOWNLOAD, ...ENDS_READING]);
  tell(device, {
    type: "note",
    code: "efuse.connection-lost",
    message: mayEnd
      ? "The chip does not answer any more, as what was burned makes it do; making sure by connecting again."
      : "The connection was lost; restoring it.",
  });
  let outcome: "restored" | "secure-download";
  try {
    outcome = await device.restore();
  } catch (error) {
    // Silence proves nothing, so it is taken for the effect of the burn only where the chip had taken the command.
    const isGone = isEspError(error) && isConnectionError(error);
    if (isGone && burned === "yes" && sets(table, step, ENDS_DOWNLOAD)) return "download-disabled";
    throw error;
  }
  if (outcome === "restored") return null;
  // It was not in this mode before, so this is proof.
  if (burned !== "no" && sets(table, step, ENDS_READING)) return "secure-download";
  throw new EspError(
    "chip.secure-download",
    "The chip answers in Secure Download Mode now, where eFuses cannot be read.",
    {
      cause: lost,
    },
  );
}

function isConnectionError(error: EspError): boolean {
  return error.code.startsWith("link.") || error.code.startsWith("port.");
}

function sets(table: EfuseTable, step: BurnStep, names: readonly string[]): boolean {
  return table.fields.some(
    ({ name, block, bit, width }) =>
      bit !== null && block === step.block && names.includes(name) && (step.bits & bitMask(bit, width)) !== 0n,
  );
}
