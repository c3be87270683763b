import type { Notice } from "../../events.ts";
import { burnRules } from "../table/burn-rules.ts";
import { existingFields } from "../table/find-field.ts";
import type { EfuseState, KeyPurpose } from "../table/types.ts";
import { attributeBits } from "../value/attribute-bits.ts";
import { fieldValue, valueNamed } from "../value/field-value.ts";
import { keyPurposeCode, keyPurposeOf, purposeFieldOf } from "../value/key-purposes.ts";
import { reasonToStayReadable } from "../value/must-stay-readable.ts";
import type { FieldChange } from "./plan.ts";

/** What a person has to know of a field before it is burned; the first match counts. */
const FIELD_CAUTIONS: readonly (readonly [RegExp, string])[] = [
  [
    /^ENABLE_SECURITY_DOWNLOAD$/,
    "Secure Download Mode goes on for good: eFuses cannot be read or burned any more, and most commands are refused.",
  ],
  [
    /^(DIS_DOWNLOAD_MODE|UART_DOWNLOAD_DIS)$/,
    "Download mode goes off for good: the chip can no longer be flashed, read or burned through its ROM loader.",
  ],
  [
    /^(DIS_USB.*DOWNLOAD_MODE|DIS_USB_SERIAL_JTAG|DIS_USB|DIS_USB_OTG|DIS_PCIE_DOWNLOAD|DIS_USB_DEVICE)$/,
    "This way into the chip by USB or PCIe is closed for good.",
  ],
  [/^DIS_FORCE_DOWNLOAD$/, "Software can no longer put the chip into download mode."],
  [
    /^(SPI_BOOT_CRYPT_CNT|FLASH_CRYPT_CNT)$/,
    "Flash encryption is switched by an odd number of bits. When on, a chip without its key and encrypted firmware does not start.",
  ],
  [/^(SECURE_BOOT_EN|ABS_DONE_[01])$/, "Secure boot goes on for good: only firmware signed with the right key starts."],
  [
    /^SECURE_BOOT_KEY_REVOKE/,
    "The key digest is revoked for good: firmware signed with that key alone no longer starts.",
  ],
  [/^SECURE_BOOT_AGGRESSIVE_REVOKE$/, "One failed verification will revoke the key for good."],
  [/(^|_)JTAG_DISABLE$|DIS.{0,60}JTAG|^DIS_SWD$/, "Debugging by this way goes off for good."],
  [/SECURE_VERSION/, "Firmware with a lower secure version no longer starts."],
  [/^CODING_SCHEME$/, "BLOCK1 to BLOCK3 are coded and read in another way from now on."],
  [
    /^(VDD_SPI|XPD_SDIO)_/,
    "The voltage of the flash is fixed: a wrong one keeps the chip from starting and can damage the flash.",
  ],
  [/^SPI_PAD_CONFIG/, "The pins of the flash are fixed: wrong ones keep the chip from starting."],
];

export interface PlannedState {
  readonly before: EfuseState;
  readonly after: EfuseState;
  readonly changes: readonly FieldChange[];
  readonly hides: readonly string[];
  readonly locks: readonly string[];
}

/** Everything a person has to know of a plan, beyond what single requests found. */
export function cautionsOf(planned: PlannedState): readonly Notice[] {
  const burned = new Set(planned.changes.map((change) => change.field));
  return [
    ...fieldCautions(burned),
    ...secureBootCautions(planned, burned),
    ...encryptionCautions(planned, burned),
    ...hiddenKeyCautions(planned),
    ...damagedBlocks(planned),
    ...usedUpBlocks(planned),
    ...codingCautions(planned, burned),
  ];
}

function fieldCautions(burned: ReadonlySet<string | null>): readonly Notice[] {
  return [...burned].flatMap((name) => {
    const found = FIELD_CAUTIONS.find(([pattern]) => name !== null && pattern.test(name));
    return found === undefined
      ? []
      : [{ code: "efuse.irreversible", message: `${name}: ${found[1]}`, details: { field: name } }];
  });
}

function purposes(state: EfuseState): readonly KeyPurpose[] {
  return state.table.blocks.flatMap((block) => {
    const field = purposeFieldOf(state.table, block);
    const purpose = field === null ? null : keyPurposeOf(state.table, keyPurposeCode(state, field));
    return purpose === null ? [] : [purpose];
  });
}

function secureBootCautions({ after }: PlannedState, burned: ReadonlySet<string | null>): readonly Notice[] {
  const known = purposes(after);
  if (!burned.has("SECURE_BOOT_EN") || known.length === 0) return [];
  if (known.some((purpose) => purpose.name.startsWith("SECURE_BOOT_DIGEST"))) return [];
  return [
    {
      code: "efuse.no-digest",
      message: "Secure boot goes on, but no block holds the digest of a key: the chip will not start any firmware.",
    },
  ];
}

function encryptionCautions({ after }: PlannedState, burned: ReadonlySet<string | null>): readonly Notice[] {
  const known = purposes(after);
  if (!burned.has("SPI_BOOT_CRYPT_CNT") || known.length === 0) return [];
  const keyManager = valueNamed(after, "FORCE_USE_KEY_MANAGER_KEY") ?? 0n;
  if (keyManager !== 0n || known.some((purpose) => /^XTS_AES_\d+_KEY/.test(purpose.name))) return [];
  return [
    {
      code: "efuse.no-encryption-key",
      message: "Flash encryption is switched, but no block holds a key for it.",
    },
  ];
}

/** What the chip has to read and is hidden by raw bits, or before it was needed. */
function hiddenKeyCautions({ before, after, hides }: PlannedState): readonly Notice[] {
  const { keys } = burnRules(after.table.chip);
  const hidden = [...after.table.blocks, ...existingFields(before)].filter(({ name }) => hides.includes(name));
  return hidden.flatMap((item) => {
    if (reasonToStayReadable(after, keys, item) === null) return [];
    const message = `${item.name} is hidden for good, but the chip or its software has to read it.`;
    return [{ code: "efuse.hides-needed", message, details: { name: item.name } }];
  });
}

/** What a damaged block reads as is not what it holds. */
function damagedBlocks({ before, changes }: PlannedState): readonly Notice[] {
  const touched = new Set(changes.map((change) => change.block));
  return before.table.blocks.flatMap(({ id, name }) => {
    const errors = before.blocks.get(id)?.errors;
    if (errors === undefined || !touched.has(id) || (errors.count === 0 && !errors.fail)) return [];
    const message = `The chip reports errors in ${name}: what it reads as may not be what it holds.`;
    return [{ code: "efuse.block-damaged", message, details: { block: name, count: errors.count, fail: errors.fail } }];
  });
}

/** The check bits of a coded block fit one value: what else is in it can never be burned. */
function usedUpBlocks({ before, changes, locks }: PlannedState): readonly Notice[] {
  const coded = before.table.blocks.filter(
    ({ id }) => before.blocks.get(id)?.scheme === "reed-solomon" && changes.some((change) => change.block === id),
  );
  return coded.flatMap((block) => {
    const touched = new Set(changes.map((change) => change.field));
    const names = existingFields(before)
      .filter((field) => field.block === block.id && field.bit !== null && !touched.has(field.name))
      .filter((field) => !locks.includes(field.name) && fieldValue(before, field) === 0n)
      .map((field) => field.name);
    if (names.length === 0) return [];
    return [
      {
        code: "efuse.block-used-up",
        message: `${block.name} can be burned once only. What can never be burned afterwards: ${names.join(", ")}.`,
        details: { block: block.name, fields: names },
      },
    ];
  });
}

const REPEAT_SCHEME = "No tool can burn BLOCK1 to BLOCK3 under the coding scheme REPEAT.";

function codingCautions({ before, after }: PlannedState, burned: ReadonlySet<string | null>): readonly Notice[] {
  if (!burned.has("CODING_SCHEME")) return [];
  const filled = before.table.blocks.filter(({ id }) => id > 0 && (before.blocks.get(id)?.bits ?? 0n) !== 0n);
  const names = filled.map((block) => block.name);
  const isRepeat = valueNamed(after, "CODING_SCHEME") === 2n;
  return [
    ...(names.length === 0
      ? []
      : [
          {
            code: "efuse.recodes-data" as const,
            message: `What ${names.join(", ")} holds was not written for the new coding scheme and will read otherwise.`,
            details: { blocks: names },
          },
        ]),
    ...(isRepeat ? [{ code: "efuse.repeat-scheme" as const, message: REPEAT_SCHEME }] : []),
  ];
}

/** The coding scheme counts for what is burned before it: both in one go would leave damaged blocks. */
export function codingSchemeClash(planned: EfuseState, pending: ReadonlyMap<number, bigint>): boolean {
  const changesScheme = attributeBits(planned, 0, pending.get(0) ?? 0n).some(
    (part) => part.field?.name === "CODING_SCHEME",
  );
  return changesScheme && [...pending.keys()].some((id) => id > 0);
}
