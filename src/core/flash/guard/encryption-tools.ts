import { readField } from "../../chip/read-field.ts";
import { readWords } from "../../session/talk/registers.ts";
import { encryptedAlignment, fileName } from "./file-to-write.ts";
import { readSecurityFacts } from "./security-facts.ts";

/** What `checkEncryption`, a part of its own, asks the chip with, and shares with the rest of a page. */
export interface EncryptionTools {
  readonly readSecurityFacts: typeof readSecurityFacts;
  readonly readWords: typeof readWords;
  readonly readField: typeof readField;
  readonly encryptedAlignment: typeof encryptedAlignment;
  readonly fileName: typeof fileName;
}

export const ENCRYPTION_TOOLS: EncryptionTools = {
  readSecurityFacts,
  readWords,
  readField,
  encryptedAlignment,
  fileName,
};
