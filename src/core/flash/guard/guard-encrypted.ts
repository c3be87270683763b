import type { LoaderTraits } from "../../chip/loader-traits.ts";
import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import type { Notice } from "../../events.ts";
import type { SecurityFacts } from "../setup/flash-memo.ts";
import type { EncryptionFacts } from "./encryption-facts.ts";
import type { FileToWrite } from "./file-to-write.ts";

/** Everything the decision depends on whether the chip may be asked to encrypt. */
export interface EncryptedWriteFacts {
  readonly chip: ChipDescriptor;
  /** Bytes that an encrypted write must start at a multiple of. */
  readonly unitBytes: number;
  readonly traits: Pick<LoaderTraits, "canEncryptedWrite">;
  readonly security: Pick<SecurityFacts, "manualEncryptDisabled">;
  /** Null where eFuses cannot be read. */
  readonly encryption: EncryptionFacts | null;
}

/** A file with the name that messages give it. */
export type NamedFile = FileToWrite & { readonly name: string };

export interface EncryptedWriteVerdict {
  readonly refusal: EspError | null;
  /** What is wrong with the eFuses, where that is to be overlooked. */
  readonly warnings: readonly Notice[];
}

/**
 * Whether the files that are to be encrypted can be (fact sheet 6.1, item 9). `ignoreEfuses` overlooks a missing key
 * and an odd configuration; nothing makes up for a loader that cannot encrypt, or an address it cannot encrypt at. Pure.
 */
export function guardEncryptedWrite(
  files: readonly NamedFile[],
  facts: EncryptedWriteFacts,
  ignoreEfuses: boolean,
): EncryptedWriteVerdict {
  const encrypted = files.filter((file) => file.encrypted === true && file.data.length > 0);
  if (encrypted.length === 0) return { refusal: null, warnings: [] };
  const refusal = unsupported(facts) ?? unaligned(encrypted, facts.unitBytes);
  if (refusal !== null) return { refusal, warnings: [] };
  const problems = efuseProblems(facts.encryption);
  if (problems.length === 0 || ignoreEfuses) return { refusal: null, warnings: problems };
  return { refusal: notReady(problems), warnings: [] };
}

function unsupported({ chip, traits, security }: EncryptedWriteFacts): EspError | null {
  if (!traits.canEncryptedWrite)
    return new EspError(
      "flash.encrypt-unsupported",
      `This ${chip.name} loader does not support encrypted writes to flash.`,
      {
        hint:
          chip.encryptedWriteAlignment === null
            ? "The chip has no flash encryption; write plain data."
            : "Use the flasher stub.",
      },
    );
  if (!security.manualEncryptDisabled) return null;
  return new EspError(
    "flash.encrypt-unsupported",
    "Encrypting while downloading is disabled: flash encryption of this chip is in production mode.",
    { hint: "Encrypt the data on the computer, and write the result as it is, by force.", remedies: ["force"] },
  );
}

/** Each block of the cipher has its address in it. */
function unaligned(files: readonly NamedFile[], unit: number): EspError | null {
  const file = files.find(({ address }) => address % unit !== 0);
  if (file === undefined) return null;
  return new EspError(
    "flash.unaligned",
    `'${file.name}' at 0x${file.address.toString(16).padStart(8, "0")} is not aligned to ${unit} bytes, as encrypted data must be on this chip.`,
    {
      hint: `Use an address that is a multiple of ${unit}.`,
      details: { file: file.name, address: file.address, unit },
    },
  );
}

function efuseProblems(facts: EncryptionFacts | null): Notice[] {
  if (facts === null) return [];
  const problems: Notice[] = [];
  const { unexpectedCryptConfig } = facts;
  if (unexpectedCryptConfig !== null)
    problems.push({
      code: "flash.crypt-config",
      message: `Unexpected FLASH_CRYPT_CONFIG value: 0x${unexpectedCryptConfig.toString(16)}.`,
      details: { cryptConfig: unexpectedCryptConfig },
    });
  if (!facts.keyProgrammed)
    problems.push({ code: "flash.no-encryption-key", message: "Flash encryption key is not programmed." });
  return problems;
}

function notReady(problems: readonly Notice[]): EspError {
  const what = problems.map(({ message }) => message).join(" ");
  return new EspError("flash.encrypt-not-ready", `${what} Can't perform encrypted flash write.`, {
    hint: "Set flash encryption up first (see the flash encryption documentation), or ignore the eFuses if you know better.",
    details: { problems: problems.map(({ code }) => code) },
  });
}
