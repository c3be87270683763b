import type { FieldShape, Layout } from "../../../src/core/bytes/layout.ts";
import { CHIPS } from "../../../src/core/chip/catalog.ts";
import { FLASH_MODES } from "../../../src/core/chip/flash-codes.ts";
import type { ChipDescriptor } from "../../../src/core/chip/types.ts";
import { APPLICATION_DESCRIPTOR, BOOTLOADER_DESCRIPTOR } from "../../../src/core/image/firmware/descriptors.ts";
import { EXTENDED_HEADER, IMAGE_HEADER, SEGMENT_HEADER } from "../../../src/core/image/firmware/header-layouts.ts";
import { RSA, SHA256_LAYOUT, SHA384_LAYOUT } from "../../../src/core/image/signature/signature-block.ts";
import { SIGNATURE_V1 } from "../../../src/core/image/signature/signatures.ts";
import { fieldTable } from "./field-table.ts";
import { code, hex, table } from "./markdown.ts";
import { sourceComments } from "./source-comments.ts";

const FOLDER = "src/core/image/firmware";
const HEADERS = sourceComments(`${FOLDER}/header-layouts.ts`);
const DESCRIPTORS = sourceComments(`${FOLDER}/descriptors.ts`);
const BLOCKS = sourceComments("src/core/image/signature/signature-block.ts");
const SIGNATURES = sourceComments("src/core/image/signature/signatures.ts");

export function imageBlocks(): Readonly<Record<string, string>> {
  const of = (layout: Layout<never> | { readonly fields: readonly FieldShape[] }, meaning: (field: string) => string) =>
    fieldTable(layout.fields, meaning);
  return {
    "image-header": of(IMAGE_HEADER, (field) => HEADERS.ofField("HeaderFields", field)),
    "extended-header": of(EXTENDED_HEADER, (field) => HEADERS.ofField("ExtendedHeaderFields", field)),
    "segment-header": of(SEGMENT_HEADER, (field) => HEADERS.ofField("SegmentHeaderFields", field)),
    "application-descriptor": of(APPLICATION_DESCRIPTOR, (field) =>
      DESCRIPTORS.ofField("ApplicationDescriptorFields", field),
    ),
    "bootloader-descriptor": of(BOOTLOADER_DESCRIPTOR, (field) =>
      DESCRIPTORS.ofField("BootloaderDescriptorFields", field),
    ),
    "signature-v1": of(SIGNATURE_V1, (field) => SIGNATURES.ofField("SignatureV1Fields", field)),
    "signature-rsa": of(RSA, (field) => BLOCKS.ofField("RsaFields", field)),
    "signature-ecdsa-256": of(SHA256_LAYOUT, (field) => BLOCKS.ofField("EcdsaFields", field)),
    "signature-ecdsa-384": of(SHA384_LAYOUT, (field) => BLOCKS.ofField("EcdsaFields", field)),
    "flash-modes": table(
      ["mode", "byte"],
      Object.entries(FLASH_MODES).map(([name, byte]) => [code(name), hex(byte)]),
    ),
    "flash-sizes": byChip("size", ({ flashSizes }) => flashSizes),
    "flash-frequencies": byChip("frequency", ({ flashFrequencies }) => flashFrequencies),
  };
}

/** Rows: names; columns: chips, those with the same codes in one. */
function byChip(title: string, codesOf: (chip: ChipDescriptor) => Readonly<Record<string, number>>): string {
  const groups = new Map<string, ChipDescriptor[]>();
  for (const chip of CHIPS) {
    const key = JSON.stringify(Object.entries(codesOf(chip)).sort());
    groups.set(key, [...(groups.get(key) ?? []), chip]);
  }
  const columns = [...groups.values()];
  const largest = Math.max(...columns.map((chips) => chips.length));
  const names = [...new Set(CHIPS.flatMap((chip) => Object.keys(codesOf(chip))))].sort(bySize);
  return table(
    [
      title,
      ...columns.map((chips) => (chips.length === largest ? "others" : chips.map(({ name }) => name).join(", "))),
    ],
    names.map((name) => [
      code(name),
      ...columns.map(([chip]) => {
        const value = chip === undefined ? undefined : codesOf(chip)[name];
        return value === undefined ? "" : hex(value);
      }),
    ]),
  );
}

function bySize(left: string, right: string): number {
  const bytes = (name: string): number => Number.parseInt(name, 10) * (name.includes("KB") ? 1 : 1024);
  return bytes(left) - bytes(right) || left.localeCompare(right);
}
