// Shelf: flash made ready: pins, SPI commands, ids, size, status; what has been learnt of it in a session.
// In: a session, pins and sizes as a caller names them.
// Out: flash that answers, and facts about it.

import { hexAddress } from "../../bytes/hex.ts";
import { EspError, toEspError } from "../../errors.ts";
import { loadPart } from "../../load-part.ts";
import type { NoticeCode } from "../../notice.ts";
import type { LiveSession } from "../../session/session.ts";
import { readWord } from "../../session/talk/registers.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { tellUnusual } from "../../session/talk/tell-unusual.ts";
import { FLASH_BEGIN, SPI_ATTACH } from "../../wire/commands.ts";
import { flashMemo } from "./flash-memo.ts";
import { isPlausibleJedecWord, readJedecWord, readSfdpWord, SFDP_SIGNATURE } from "./jedec.ts";
import { restoreSpi, runSpiSteps } from "./spi-command.ts";
import { packSpiPins } from "./spi-pins.ts";

/**
 * Makes the flash reachable: pins, a known weakness of XMC parts, a check that something answers, a soft reset of the
 * flash chip. Done once a session and once more when other pins are asked for.
 * Throws `flash.spi-pins`, `flash.no-answer`, `argument.invalid`, `package.part-missing`, `link.*`.
 */
export async function attachFlash(session: LiveSession, spiConnection?: string): Promise<void> {
  const memo = flashMemo(session);
  const wanted = spiConnection ?? "";
  if (memo.attachedWith === wanted) return;
  memo.attachedWith = null;
  memo.nand = null;
  memo.jedecWord = null;
  memo.parametersSizeBytes = null;
  await attachPins(session, spiConnection);
  // In Secure Download Mode the flash cannot be talked to by registers.
  if (session.traits.canReadRegisters) await meetFlash(session, spiConnection !== undefined);
  memo.attachedWith = wanted;
}

async function attachPins(session: LiveSession, spiConnection: string | undefined): Promise<void> {
  if (spiConnection !== undefined) {
    const load = () => import("./parse-spi-connection.ts");
    const { parseSpiConnection } = await loadPart("the names of flash pins", load);
    const connection = parseSpiConnection(spiConnection, session.chip);
    session.emit({ type: "flash.attaching", pins: connection.label });
    for (const warning of connection.warnings) session.emit({ type: "warning", ...warning });
    await sendAttach(session, packSpiPins(connection.pins));
    return;
  }
  if (!session.traits.attachesByDefault) return;
  const word = await padsInEfuse(session);
  session.emit({ type: "flash.attaching", pins: word === 0 ? "default" : `eFuse ${hexAddress(word)}` });
  await sendAttach(session, word);
}

async function sendAttach(session: LiveSession, pins: number): Promise<void> {
  const { link, traits } = session;
  const { attach, flashBlockSize: blockSize } = traits;
  if (attach === "none") return;
  await repeatable(session, () =>
    attach === "flash-begin"
      ? // The ESP8266's ROM has no SPI_ATTACH: its FLASH_BEGIN attaches (fact sheet 3.10).
        link.exchange(FLASH_BEGIN, { sizeBytes: 0, blocks: 0, blockSize, address: 0 })
      : link.exchange(SPI_ATTACH, attach === "spi-attach-rom" ? { pins, legacy: 0 } : { pins }),
  );
}

/** The ESP32 may have its flash pins burned into eFuses; 0 when not (fact sheet 3.10). */
async function padsInEfuse(session: LiveSession): Promise<number> {
  const { efuseBlock0, rom } = session.chip;
  if (!rom.spiPadsInEfuse || efuseBlock0 === null || !session.traits.canReadRegisters) return 0;
  const word3 = await readWord(session, efuseBlock0 + 12);
  const word5 = await readWord(session, efuseBlock0 + 20);
  return packSpiPins({
    clock: word5 & 0x1f,
    q: (word5 >>> 5) & 0x1f,
    d: (word5 >>> 10) & 0x1f,
    select: (word5 >>> 15) & 0x1f,
    hold: (word3 >>> 4) & 0x1f,
  });
}

/** One reading of the JEDEC id serves three purposes: XMC check, connection check, size detection. */
async function meetFlash(session: LiveSession, customPins: boolean): Promise<void> {
  try {
    await readJedecWord(session, true);
  } catch (cause) {
    if (!isUntold(toEspError(cause))) throw cause;
    throw new EspError("flash.no-answer", "Unable to find out whether the flash chip is connected.", {
      hint: "Check the wiring of the flash and try a lower baud rate.",
      cause,
    });
  }
  await tolerate(session, "flash.xmc-check-failed", () => fixXmc(session));
  await checkConnection(session, customPins);
  await tolerate(session, "flash.soft-reset-failed", () =>
    // "Enable reset" and "reset"; the chip needs 1 ms before it answers again (fact sheet 3.10).
    runSpiSteps(session, [{ command: { command: 0x66 } }, { command: { command: 0x99 }, thenWaitMicroseconds: 1000 }]),
  );
  await restoreSpi(session);
}

/** The flash chip did not say it, or the line did not carry it. */
function isUntold({ code }: EspError): boolean {
  return code.startsWith("link.") || code === "flash.spi-timeout";
}

/** These steps help; that one of them failed, or is not there, is no reason to stop. A lost port or an abort is. */
async function tolerate(session: LiveSession, code: NoticeCode, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const known = toEspError(error);
    if (!isUntold(known) && known.code !== "package.part-missing") throw error;
    session.emit({ type: "note", code, message: known.message });
  }
}

const XMC_VENDOR = 0x20;
/** SFDP byte 0x10 holds the vendor of the first parameter table. */
const SFDP_VENDOR_BYTE = 0x10;
/** Type byte and the range of capacity codes of XMC parts that start up properly (fact sheet 3.10). */
const HEALTHY_XMC: readonly (readonly [type: number, first: number, last: number])[] = [
  [0x40, 0x13, 0x20],
  [0x41, 0x17, 0x20],
  [0x50, 0x15, 0x16],
];

/** True for an XMC part that identified itself properly. */
export function isHealthyXmc(word: number): boolean {
  const [vendor, type, capacity] = [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff];
  return (
    vendor === XMC_VENDOR &&
    HEALTHY_XMC.some(([of, first, last]) => of === type && capacity >= first && capacity <= last)
  );
}

/**
 * Some XMC parts wake up in a wrong state, and show it by a wrong JEDEC id: any vendor may then stand there, so the
 * parameter table is asked for its vendor even when the id looks good.
 */
async function fixXmc(session: LiveSession): Promise<void> {
  if (isHealthyXmc(await readJedecWord(session))) return;
  if ((await readSfdpWord(session, SFDP_VENDOR_BYTE, 1)) !== XMC_VENDOR) return;
  const { mendXmc } = await loadPart("mending flash chips of XMC", () => import("./mend-xmc.ts"));
  await mendXmc({
    emit: session.emit,
    runSpiSteps: (steps) => runSpiSteps(session, steps),
    isHealthy: async () => isHealthyXmc(await readJedecWord(session, true)),
  });
}

/**
 * A JEDEC id that a flash chip can have said is proof enough of a connection. Only without one is the signature of
 * the parameter table asked for, because a few chips have no id worth the name.
 */
async function checkConnection(session: LiveSession, customPins: boolean): Promise<void> {
  const word = await readJedecWord(session);
  if (isPlausibleJedecWord(word)) return;
  if ((await readSfdpWord(session, 0, 4)) === SFDP_SIGNATURE) return;
  await tellUnusual(session.emit, "warning", "flash.no-answer", { jedecWord: word, customPins });
}
