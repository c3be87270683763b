import { type Check, optional, orNull } from "../check/check.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import type { AbortSignalLike } from "../errors.ts";
import { type EraseRefusals, readEraseRefusals } from "../flash/erase/require-erasable.ts";
import { readSecurityFacts } from "../flash/guard/security-facts.ts";
import { readLittleProved } from "../flash/read/read-little.ts";
import { attachFlash } from "../flash/setup/attach.ts";
import { readFlashId } from "../flash/setup/flash-id.ts";
import { type InstallTarget, serialTypeOf } from "../manifest/choose-build.ts";
import { parsePartitionTable } from "../partition/table/binary-table.ts";
import {
  checkPartitions,
  PARTITION_TABLE_ADDRESS,
  PARTITION_TABLE_BYTES,
  type Partition,
} from "../partition/table/partition.ts";
import { checkPortInfo } from "../port/check-port.ts";
import type { Port } from "../port/port.ts";
import { checkSession } from "../session/check-session.ts";
import type { LiveSession, Session } from "../session/session.ts";
import { operation } from "../session/talk/operation.ts";

/** What guards a chip, by its eFuses. */
export interface DeviceSecurity {
  readonly secureBoot: boolean;
  readonly flashEncryption: boolean;
  readonly secureDownload: boolean;
}

/** A connected chip, as far as it matters to an install. */
export interface InstallDevice extends InstallTarget {
  /** What is on it; null: no table was found where tables usually are, or it cannot be read. */
  readonly partitions: readonly Partition[] | null;
  /** What it does not erase, and why; left out: nothing is known to speak against it. */
  readonly refusals?: EraseRefusals | undefined;
  /** Left out: not asked. */
  readonly security?: DeviceSecurity | undefined;
}

const MB = 0x10_0000;
const checkOptions: Check<{ readonly signal?: AbortSignalLike | undefined }> = shape<{
  readonly signal?: AbortSignalLike | undefined;
}>({ signal: optional(checkSignal) });

const checkIdentified: Check<Pick<Port, "info">> = hasParts<Pick<Port, "info">>("a port", { info: checkPortInfo });

export const checkTable: Check<readonly Partition[] | null> = orNull(checkPartitions);

/**
 * Asks a chip for what decides about builds, and for its partition table. Changes nothing. Throws `flash.no-answer`, `link.*`,
 * `port.*`, `operation.aborted`.
 */
export async function readInstallDevice(
  session: Session,
  port: Pick<Port, "info">,
  options: { readonly signal?: AbortSignalLike | undefined } = {},
): Promise<InstallDevice> {
  const live = checkSession(session, "session");
  const { info } = checkIdentified(port, "port");
  const { signal } = checkOptions(options, "options");
  const serialType = serialTypeOf(info);
  const { identity, secureDownload } = session;
  const chip = session.chip.id;
  const refusals = await readEraseRefusals(session, { signal });
  const { secureBoot, flashEncryption } = await operation(live, signal, () => readSecurityFacts(live));
  const security = { secureBoot, flashEncryption, secureDownload };
  const about = { chip, serialType, revision: identity?.revision ?? null, refusals, security };
  // There reading is not possible.
  if (secureDownload) return { ...about, flashBytes: null, psramBytes: null, partitions: null };
  const { sizeBytes: flashBytes } = await readFlashId(session, { signal });
  const psramBytes = psramOf(identity?.features ?? []);
  return { ...about, flashBytes, psramBytes, partitions: await tableOf(live, signal) };
}

async function tableOf(
  session: LiveSession,
  signal: AbortSignalLike | undefined,
): Promise<readonly Partition[] | null> {
  if (session.chip.id === "esp8266") return null;
  const range = { address: PARTITION_TABLE_ADDRESS, sizeBytes: PARTITION_TABLE_BYTES };
  const data = await operation(session, signal, async () => {
    await attachFlash(session);
    return await readLittleProved(session, range);
  });
  const { partitions, digest } = parsePartitionTable(data);
  return digest === "wrong" || partitions.length === 0 ? null : partitions;
}

/** As the eFuses tell of the package: `Embedded PSRAM 8MB (AP_3v3)`. What is on the board besides nobody tells. */
function psramOf(features: readonly string[]): number | null {
  for (const feature of features) {
    const size = /^Embedded PSRAM (\d{1,4})MB/.exec(feature)?.[1];
    if (size !== undefined) return Number(size) * MB;
  }
  return null;
}
