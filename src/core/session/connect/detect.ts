import { hexAddress } from "../../bytes/hex.ts";
import {
  chipEntry,
  entryByImageId,
  entryByMagic,
  hasSecurityInfo,
  RETIRED_IMAGE_CHIP_IDS,
} from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { type EspError, isEspError } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import { GET_SECURITY_INFO, READ_REG } from "../../wire/commands.ts";
import { type SecurityInfo, tellsSecureDownload } from "../../wire/security-info.ts";
import { failure } from "../talk/failure.ts";
import type { RegisterAccess } from "../talk/registers.ts";
import { isLineError, repeatable } from "../talk/resynchronise.ts";

/** The same register on every chip (fact sheet 4.2). */
const MAGIC_REGISTER = 0x40001000;

export interface Detection {
  readonly id: ChipId;
  readonly securityInfo: SecurityInfo | null;
  readonly secureDownload: boolean;
}

/** What the loader says about itself; each may be unknown. */
interface Clues {
  readonly securityInfo: SecurityInfo | null;
  /** Null: not asked because the id says it, or READ_REG is refused: only a locked chip does that. */
  readonly magic: number | null;
}

/**
 * Finds out which chip answers, and whether it is locked to Secure Download Mode.
 * Throws `connect.unknown-chip`, and `connect.wrong-chip` when another chip than the expected one answers.
 */
export async function detectChip(session: RegisterAccess, expected: ChipId | "auto", emit: Emit): Promise<Detection> {
  const clues = await gatherClues(session, expected);
  const detection = await interpretClues(clues, expected);
  const { id, name } = chipEntry(detection.id);
  if (expected !== "auto" && id !== expected) {
    const wanted = chipEntry(expected).name;
    const details = { found: id, expected };
    throw await failure(
      "connect.wrong-chip",
      "other-chip",
      { found: name, wanted },
      { remedies: ["detect-chip"], details },
    );
  }
  emit({ type: "connect.chip", chip: id, name, autoDetected: expected === "auto" });
  return detection;
}

async function gatherClues(session: RegisterAccess, expected: ChipId | "auto"): Promise<Clues> {
  // Every loader reads registers unless it is locked, so a refusal is believed only when it is repeated: a late copy
  // of the refusal before looks the same.
  const readMagic = (): Promise<number | null> =>
    orUnsupported(() => repeatable(session, () => session.link.exchange(READ_REG, { address: MAGIC_REGISTER })));
  const askSecurityInfo = (): Promise<SecurityInfo | null> =>
    // Here "unknown command" is an answer, not trouble on the line.
    orUnsupported(() => repeatable(session, () => session.link.exchange(GET_SECURITY_INFO, {}), isLineError));
  // ESP8266 and ESP32 have no such command; where one of them is expected, its magic word settles the matter.
  if (expected !== "auto" && !hasSecurityInfo(expected)) {
    const magic = await readMagic();
    if (magic === chipEntry(expected).magicValue) return { securityInfo: null, magic };
  }
  const securityInfo = await askSecurityInfo();
  if (securityInfo !== null && securityInfo.chipId !== null) return { securityInfo, magic: null };
  const magic = await readMagic();
  if (magic === null || entryByMagic(magic) !== undefined || securityInfo !== null) return { securityInfo, magic };
  // A chip without a known magic word has an id: the question for it was garbled, so ask once more.
  return { securityInfo: await askSecurityInfo(), magic };
}

/** Null when the loader does not know the command (or refuses it by status, as short answers do). */
async function orUnsupported<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isEspError(error, "link.unsupported-command") || isEspError(error, "link.status")) return null;
    throw error;
  }
}

/** Throws `connect.unknown-chip`. */
export async function interpretClues(clues: Clues, expected: ChipId | "auto"): Promise<Detection> {
  const { securityInfo, magic } = clues;
  const locked = tellsSecureDownload(securityInfo);
  if (securityInfo !== null && securityInfo.chipId !== null) {
    const chip = entryByImageId(securityInfo.chipId);
    if (chip !== undefined && chip.magicValue === null) return { id: chip.id, securityInfo, secureDownload: locked };
    throw await unknownChip(`chip id ${securityInfo.chipId}`, RETIRED_IMAGE_CHIP_IDS[securityInfo.chipId]);
  }
  // Registers refused: of the chips without an id in their security info only the ESP32-S2 can be locked this way.
  if (magic === null) return { id: "esp32s2", securityInfo, secureDownload: true };
  const chip = entryByMagic(magic);
  if (chip !== undefined) return { id: chip.id, securityInfo, secureDownload: locked };
  throw await unknownChip(`magic value ${hexAddress(magic)}`, undefined, expected);
}

async function unknownChip(what: string, retired: string | undefined, expected?: ChipId | "auto"): Promise<EspError> {
  return await failure("connect.unknown-chip", "unknown-chip", { what, retired }, { details: { what, expected } });
}
