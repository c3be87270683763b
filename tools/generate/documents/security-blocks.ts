import { CHIPS } from "../../../src/core/chip/catalog.ts";
import type { ChipDescriptor, ChipId } from "../../../src/core/chip/types.ts";
import { loadEfuseTable } from "../../../src/core/efuse/table/load-table.ts";
import { code, table, yesNo } from "./markdown.ts";

export async function securityBlocks(): Promise<Readonly<Record<string, string>>> {
  return {
    "security-by-chip": table(
      ["chip", "secure boot", "flash encryption", "key from", "encrypted writes begin at"],
      CHIPS.filter(({ id }) => id !== "esp8266").map((chip) => [
        chip.name,
        secureBoot(chip),
        chip.id === "esp32" ? "ESP32's own" : "AES-XTS",
        keySource(chip),
        chip.encryptedWriteAlignment === null ? "" : `multiples of ${chip.encryptedWriteAlignment}`,
      ]),
    ),
    "key-purposes": await purposeTable(),
  };
}

function secureBoot({ security }: ChipDescriptor): string {
  const { secureBootV1, secureBootV2 } = security;
  const since = secureBootV2?.sinceRevision ?? 0;
  const from = since > 0 ? ` (from chip revision v${Math.floor(since / 100)}.${since % 100})` : "";
  return [...(secureBootV1 === null ? [] : ["v1"]), ...(secureBootV2 === null ? [] : [`v2${from}`])].join(", ");
}

function keySource({ security: { encryptionKey, keyManager } }: ChipDescriptor): string {
  const manager = keyManager === null ? "" : ", or the key manager";
  if (encryptionKey.kind === "none") return "";
  if (encryptionKey.kind === "purpose") return `the key block with that purpose${manager}`;
  return `${encryptionKey.kind === "esp32" ? "BLOCK1" : "BLOCK_KEY0"}${manager}`;
}

/** A line for each purpose: its code on each chip that has it. */
async function purposeTable(): Promise<string> {
  const byName = new Map<string, { flags: readonly string[]; chips: Map<number, string[]> }>();
  for (const { id, name } of CHIPS) {
    if (id === "esp8266") continue;
    for (const purpose of await purposesOf(id)) {
      const entry = byName.get(purpose.name) ?? {
        flags: [yesNo(purpose.isDigest), yesNo(purpose.readProtected), yesNo(purpose.reversed)],
        chips: new Map<number, string[]>(),
      };
      entry.chips.set(purpose.code, [...(entry.chips.get(purpose.code) ?? []), name]);
      byName.set(purpose.name, entry);
    }
  }
  return table(
    ["purpose", "code: chips", "digest", "hidden by default", "last byte first"],
    [...byName].map(([name, { flags, chips }]) => [
      code(name),
      [...chips].map(([value, names]) => `${value < 0 ? "two blocks" : value}: ${names.join(", ")}`).join("; "),
      ...flags,
    ]),
  );
}

async function purposesOf(chip: ChipId): ReturnType<typeof loadPurposes> {
  return loadPurposes(chip);
}

async function loadPurposes(chip: ChipId) {
  return (await loadEfuseTable(chip, null)).keyPurposes;
}
