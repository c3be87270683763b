import { type Check, optional, orNull } from "../../core/check/check.ts";
import { wholeNumber } from "../../core/check/numbers.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../../core/check/values.ts";
import { oneOf } from "../../core/check/words.ts";

/** What was seen of one serial port, without opening it. */
export interface PortFacts {
  readonly path: string;
  /** What the adapter calls itself. */
  readonly product?: string | undefined;
  /** `unknown`: it was not looked at. */
  readonly access: "allowed" | "denied" | "absent" | "unknown";
  /** The group that may use it, where that is known. */
  readonly group?: string | undefined;
  /** The program that has it open. */
  readonly holder?: { readonly processId: number; readonly name: string } | undefined;
  /** How long the adapter waits before it hands on a few bytes, in milliseconds, where its driver tells. */
  readonly latencyMs?: number | undefined;
}

/** What stands between a program and a board on this computer. */
export interface ComputerFacts {
  readonly platform: "linux" | "macos" | "windows" | "other";
  /** `22.14.0` */
  readonly nodeVersion: string;
  /** The driver of serial ports can be loaded. */
  readonly hasSerialDriver: boolean;
  /** Null: they could not be listed. */
  readonly ports: readonly PortFacts[] | null;
  /** Which of the programs that talk to ports of others are running. Null: it was not looked at. */
  readonly grabbers: readonly string[] | null;
}

export const checkComputerFacts: Check<ComputerFacts> = shape<ComputerFacts>({
  platform: oneOf(["linux", "macos", "windows", "other"]),
  nodeVersion: checkText,
  hasSerialDriver: checkBoolean,
  ports: orNull(
    listOf(
      shape<PortFacts>({
        path: checkText,
        product: optional(checkText),
        access: oneOf(["allowed", "denied", "absent", "unknown"]),
        group: optional(checkText),
        holder: optional(shape<NonNullable<PortFacts["holder"]>>({ processId: wholeNumber(0), name: checkText })),
        latencyMs: optional(wholeNumber(0)),
      }),
    ),
  ),
  grabbers: orNull(listOf(checkText)),
});
