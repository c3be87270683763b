import { type Check, optional } from "../../check/check.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { checkSignal } from "../../check/signal.ts";
import { checkName } from "../../check/values.ts";
import { type AbortSignalLike, EspError, isEspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { operation } from "../../session/talk/operation.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { NAND_ATTACH, type NandAttachReply } from "../../wire/nand-commands.ts";
import { flashMemo, type NandMemo } from "../setup/flash-memo.ts";
import { parseSpiConnection } from "../setup/parse-spi-connection.ts";
import { packSpiPins } from "../setup/spi-pins.ts";

/** What every operation on NAND flash needs to know. */
export interface NandOptions {
  /** Where the flash is: five pin numbers CLK,Q,D,HD,CS. There is no default. */
  readonly spiConnection: string;
  readonly signal?: AbortSignalLike | undefined;
}

/** The frame around every operation on NAND flash, which is attached when `work` begins. */
export async function nandOperation<T>(session: LiveSession, options: NandOptions, work: () => Promise<T>): Promise<T> {
  return await operation(session, options.signal, async () => {
    await attachNand(session, options.spiConnection);
    return await work();
  });
}

const KNOWN = { manufacturer: 0xef, device: 0xaa21, name: "Winbond W25N01GV (1Gbit)" } as const;

/**
 * Makes the NAND flash reachable and looks what it is; once a session, and anew for other pins. Throws `stub.required`,
 * `stub.plugin-missing`, `flash.spi-pins`, `nand.unrecognized`, `argument.invalid`, `link.*`.
 */
async function attachNand(session: LiveSession, spiConnection: string): Promise<void> {
  const memo = flashMemo(session);
  if (session.loader !== "stub")
    throw new EspError("stub.required", "NAND flash needs the stub flasher.", {
      hint: "Connect with the stub and its plugin 'nand'.",
    });
  if (memo.nand?.attachedWith === spiConnection) return;
  const connection = parseSpiConnection(spiConnection, session.chip);
  if (memo.nand === null)
    session.emit({ type: "warning", code: "nand.experimental", message: "NAND flash support is experimental." });
  memo.nand = null;
  // The pins are no longer those of the NOR flash.
  memo.attachedWith = null;
  session.emit({ type: "nand.attaching", pins: connection.label });
  const found = await identify(session, packSpiPins(connection.pins));
  const { manufacturer, device, status, protection } = found;
  if (!isKnown(found))
    throw new EspError(
      "nand.unrecognized",
      `Unrecognized NAND JEDEC ID: manufacturer 0x${hex(manufacturer, 2)}, device 0x${hex(device, 4)}.`,
      {
        hint: `Only the ${KNOWN.name} is known; check the wiring and the pins given.`,
        details: { manufacturer, device, status },
      },
    );
  session.emit({ type: "nand.attached", name: KNOWN.name, manufacturer, device, status });
  if (protection !== 0)
    session.emit({
      type: "warning",
      code: "nand.protected",
      message: `Blocks of the NAND flash are protected (register A0 is 0x${hex(protection, 2)}); writing may fail.`,
      details: { protection },
    });
  memo.nand = { attachedWith: spiConnection, marks: new Map() };
}

/** Answers carry no checksum, so an id that is not known has to be said twice. */
async function identify(session: LiveSession, pins: number): Promise<NandAttachReply> {
  let before = await ask(session, pins);
  for (let asked = 1; asked < 4 && !isKnown(before); asked++) {
    const again = await ask(session, pins);
    const isSame = again.manufacturer === before.manufacturer && again.device === before.device;
    before = again;
    if (isSame) break;
  }
  return before;
}

async function ask(session: LiveSession, pins: number): Promise<NandAttachReply> {
  try {
    return await repeatable(session, () => session.link.exchange(NAND_ATTACH, { pins }));
  } catch (error) {
    if (!isEspError(error, "link.unsupported-command")) throw error;
    throw new EspError("stub.plugin-missing", "The stub flasher that runs on the chip has no plugin for NAND flash.", {
      hint: "Connect again with a reset, so that the stub is uploaded anew together with its plugin.",
      cause: error,
    });
  }
}

function isKnown({ manufacturer, device }: NandAttachReply): boolean {
  return manufacturer === KNOWN.manufacturer && device === KNOWN.device;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The memo of flash that is attached. */
export function nandMemo(session: LiveSession): NandMemo {
  const { nand } = flashMemo(session);
  if (nand === null) throw new EspError("internal", "The NAND flash is not attached.");
  return nand;
}

export const NAND_OPTIONS: Shape<NandOptions> = { spiConnection: checkName, signal: optional(checkSignal) };

export const checkNandOptions: Check<NandOptions> = shape(NAND_OPTIONS);
