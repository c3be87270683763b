/** The part of the program that is loaded for writes that the chip is to encrypt; it decides, and asks nothing itself. */

export { encryptionFacts, encryptionRegisters } from "./encryption-facts.ts";
export { guardEncryptedWrite } from "./guard-encrypted.ts";
