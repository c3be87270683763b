// Shelf: one page about a board, or a backup of one.
// In: a `RunContext`.
// Out: the page, and the result object.

import { isEspError, type SecurityDescription, type Session } from "../../../index.ts";
import type { DescribedPartition, FlashDescription, FlashReader } from "../../../partition.ts";
import type { RunCommand, RunContext, RunResult } from "../../context.ts";
import { keepLastTable } from "../by-name/last-table.ts";
import { warnOf } from "../by-name/warn-problems.ts";
import { idLines } from "../flash/flash-id.ts";
import { readFlashImage } from "../partition/backup-folder.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { inspectLines } from "./inspect-lines.ts";

export const run: RunCommand = async (context) => {
  const image = context.arguments.text("IMAGE");
  const { flashOfBytes, flashOfChip } = await import("../../../partition.ts");
  if (image !== "@chip") {
    const { bytes, manifest } = await readFlashImage(context, image);
    const of = manifest === null ? {} : { chip: manifest.chip, mac: manifest.mac, encrypted: manifest.encrypted };
    if (manifest !== null) context.print(`A backup of the board ${manifest.mac}, an ${manifest.chip}:`);
    return { file: image, ...of, ...(await describe(context, flashOfBytes(bytes))) };
  }
  return await withSession(context, async (session) => {
    const { readFlashId } = await import("../../../index.ts");
    const { signal, print } = context;
    const id = await readFlashId(session, { signal });
    const security = await securityOf(session);
    print("");
    for (const line of [...idLines(id), ...securityLines(security)]) print(line);
    const { identity, mac } = session;
    const { manufacturer, device, sizeBytes, sizeName } = id;
    const described = await describe(context, await flashOfChip(session, { signal }));
    return {
      ...sessionFields(session),
      identity,
      mac,
      flash: { manufacturer, device, sizeBytes, sizeName },
      security,
      ...described,
    };
  });
};

async function describe(context: RunContext, flash: FlashReader): Promise<RunResult> {
  const { describeFlash, subtypeName, typeName } = await import("../../../partition.ts");
  const tableAddress = context.options.number("partition-table-address");
  const described = await describeFlash(flash, { tableAddress });
  if (described.digest !== "wrong") await keepLastTable(context, described.partitions);
  const nameOf = ({ type, subtype }: DescribedPartition): string => `${typeName(type)}/${subtypeName(type, subtype)}`;
  for (const line of inspectLines(described, nameOf)) context.print(line);
  warnOf(context, described.problems);
  return fieldsOf(described);
}

function fieldsOf({ partitions, ...others }: FlashDescription): RunResult {
  return { ...others, partitions: partitions.map(({ source, ...partition }) => partition) };
}

interface Security {
  readonly flashEncryption: boolean;
  /** Null: the chip has no command that tells. */
  readonly secureBoot: boolean | null;
}

async function securityOf(session: Session): Promise<Security> {
  const { isFlashEncrypted, readSecurityInfo } = await import("../../../index.ts");
  let info: SecurityDescription | null = null;
  try {
    info = await readSecurityInfo(session);
  } catch (error) {
    // The ROMs of the ESP8266 and the ESP32 do not know the command.
    if (!isEspError(error) || session.securityInfo !== null) throw error;
  }
  const flashEncryption = info?.flashEncryption ?? (await isFlashEncrypted(session));
  return { flashEncryption, secureBoot: info?.secureBoot ?? null };
}

function securityLines({ flashEncryption, secureBoot }: Security): string[] {
  const word = (on: boolean): string => (on ? "Enabled" : "Disabled");
  return [
    ...(secureBoot === null ? [] : [`Secure Boot: ${word(secureBoot)}`]),
    `Flash Encryption: ${word(flashEncryption)}`,
  ];
}
