import type { BootSlot, DescribedPartition, FlashDescription, PartitionContent } from "../../../partition.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { sizeText } from "../../show/render/render-partitions.ts";
import { bootLine } from "../ota/boot-lines.ts";

const DIGESTS = { right: "MD5 right", wrong: "MD5 wrong", none: "without MD5" } as const;
const FILE_SYSTEMS = { littlefs: "LittleFS", fat: "FAT", spiffs: "SPIFFS" } as const;
/** Of a digest, enough to tell builds apart. */
const SHA_DIGITS = 16;

/** Two lines a partition: where it is, and what is in it. */
export function inspectLines(
  { digest, tableAddress, partitions, boots }: FlashDescription,
  nameOf: (partition: DescribedPartition) => string,
): string[] {
  const at = `0x${tableAddress.toString(16)}`;
  if (digest === null) return ["", `There is no partition table at ${at}: blank, encrypted, or elsewhere.`];
  const names = Math.max(...partitions.map(({ name }) => harmlessText(name).length));
  const kinds = Math.max(...partitions.map((partition) => nameOf(partition).length));
  return [
    "",
    `Partition table at ${at}, ${DIGESTS[digest]}`,
    ...partitions.flatMap((partition) => [
      [
        harmlessText(partition.name).padEnd(names),
        nameOf(partition).padEnd(kinds),
        `0x${partition.address.toString(16).padStart(6, "0")}`,
        sizeText(partition.sizeBytes).padStart(6),
        ...(isBooting(partition, boots) ? ["boots"] : []),
      ].join("  "),
      `    ${contentText(partition.content)}`,
    ]),
    "",
    bootText(boots),
  ];
}

function isBooting({ address }: DescribedPartition, boots: BootSlot | null): boolean {
  return boots?.partition?.address === address;
}

function contentText(content: PartitionContent): string {
  switch (content.kind) {
    case "application":
      return applicationText(content);
    case "nvs":
      return nvsText(content);
    case "file-system": {
      const { fileSystem, usedBytes, sizeBytes, files, problems } = content;
      const use = `${Math.round((100 * usedBytes) / Math.max(1, sizeBytes))} % of ${sizeText(sizeBytes)} used`;
      return `${FILE_SYSTEMS[fileSystem]}: ${counted(files, "file")}, ${use}${problemText(problems)}`;
    }
    case "ota-data":
      return content.otaData.copies.map(copyText).join("; ");
    case "core-dump":
      return `core dump of ${content.sizeBytes} bytes`;
    case "unreadable":
      return `not readable: ${content.message}`;
    default:
      return WORDS[content.kind];
  }
}

const WORDS = {
  blank: "blank",
  "not-read": "keys, which are not read",
  unknown: "nothing that is known, or encrypted",
  outside: "does not end before the flash does",
} as const;

function applicationText(content: Extract<PartitionContent, { readonly kind: "application" }>): string {
  const { projectName, version, idfVersion, compileDate, compileTime, elfSha256 } = content;
  const built = `${compileDate} ${compileTime}`.trim();
  const parts = [
    `${projectName} ${version}`,
    ...(built === "" ? [] : [built]),
    ...(idfVersion === "" ? [] : [`ESP-IDF ${idfVersion}`]),
    ...(elfSha256 === null ? [] : [`ELF ${elfSha256.slice(0, SHA_DIGITS)}`]),
  ];
  return harmlessText(parts.join(", "));
}

function nvsText({ namespaces, problems }: Extract<PartitionContent, { readonly kind: "nvs" }>): string {
  const entries = namespaces.reduce((sum, namespace) => sum + namespace.entries, 0);
  const each = namespaces.map((namespace) => `${harmlessText(namespace.name)} ${namespace.entries}`).join(", ");
  return `NVS: ${entries === 1 ? "1 entry" : `${entries} entries`}${each === "" ? "" : ` (${each})`}${problemText(problems)}`;
}

function copyText({ index, blank, sequence, state, crcValid }: OtaCopies[number]): string {
  if (blank) return `copy ${index} blank`;
  return `copy ${index} sequence ${sequence}, ${state ?? "unknown state"}${crcValid ? "" : ", CRC wrong"}`;
}

type OtaCopies = Extract<PartitionContent, { readonly kind: "ota-data" }>["otaData"]["copies"];

function bootText(boots: BootSlot | null): string {
  if (boots === null) return "Which slot boots cannot be told: the OTA data cannot be read.";
  return bootLine(boots);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function problemText(problems: number): string {
  return problems === 0 ? "" : `, ${counted(problems, "problem")}`;
}
