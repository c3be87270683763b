import type { LiveSession } from "../../session/session.ts";
import { type EncryptionFacts, encryptionFacts, encryptionRegisters } from "./encryption-facts.ts";
import type { EncryptionTools } from "./encryption-tools.ts";
import type { FileToWrite } from "./file-to-write.ts";
import { guardEncryptedWrite } from "./guard-encrypted.ts";

/**
 * Whether the chip may be asked to encrypt some of these files. A page loads this for such writes alone, and gives it what it
 * shares with the rest of the page. Throws `flash.encrypt-unsupported`, `flash.unaligned`, `flash.encrypt-not-ready`, `link.*`.
 */
export async function checkEncryption(
  session: LiveSession,
  files: readonly FileToWrite[],
  ignoreEfuses: boolean,
  tools: EncryptionTools,
): Promise<void> {
  const { chip, traits, emit } = session;
  const security = await tools.readSecurityFacts(session, true);
  const encryption = traits.canReadRegisters ? await readEncryptionFacts(session, tools) : null;
  const named = files.map((file) => ({ ...file, name: tools.fileName(file) }));
  const facts = { chip, unitBytes: tools.encryptedAlignment(chip), traits, security, encryption };
  const { refusal, warnings } = guardEncryptedWrite(named, facts, ignoreEfuses);
  if (refusal !== null) throw refusal;
  for (const warning of warnings) emit({ type: "warning", ...warning });
}

async function readEncryptionFacts(
  session: LiveSession,
  { readWords, readField }: EncryptionTools,
): Promise<EncryptionFacts> {
  const { chip } = session;
  const word = await readWords(session, encryptionRegisters(chip));
  return encryptionFacts(chip, (field) => readField(field, word));
}
