import { ESPSECURE_COMMANDS } from "../spec/secure/command-table.ts";
import { ESPSECURE_OPTIONS } from "../spec/secure/global-options.ts";
import type { CommandModules } from "./load-command.ts";
import type { Program } from "./program.ts";
import { runSingleCommand, specLoader } from "./single-command.ts";

const MODULES: Readonly<Record<string, CommandModules>> = {
  "generate-signing-key": {
    spec: () => import("../spec/secure/key/generate-signing-key.ts"),
    run: () => import("../run/secure/key/generate-signing-key.ts"),
  },
  "extract-public-key": {
    spec: () => import("../spec/secure/key/extract-public-key.ts"),
    run: () => import("../run/secure/key/extract-public-key.ts"),
  },
  "digest-sbv2-public-key": {
    spec: () => import("../spec/secure/key/digest-sbv2-public-key.ts"),
    run: () => import("../run/secure/key/digest-sbv2-public-key.ts"),
  },
  "digest-rsa-public-key": {
    spec: () => import("../spec/secure/key/digest-rsa-public-key.ts"),
    run: () => import("../run/secure/key/digest-rsa-public-key.ts"),
  },
  "digest-private-key": {
    spec: () => import("../spec/secure/key/digest-private-key.ts"),
    run: () => import("../run/secure/key/digest-private-key.ts"),
  },
  "sign-data": {
    spec: () => import("../spec/secure/sign/sign-data.ts"),
    run: () => import("../run/secure/sign/sign-data.ts"),
  },
  "verify-signature": {
    spec: () => import("../spec/secure/sign/verify-signature.ts"),
    run: () => import("../run/secure/sign/verify-signature.ts"),
  },
  "signature-info-v2": {
    spec: () => import("../spec/secure/sign/signature-info-v2.ts"),
    run: () => import("../run/secure/sign/signature-info-v2.ts"),
  },
  "digest-secure-bootloader": {
    spec: () => import("../spec/secure/encrypt/digest-secure-bootloader.ts"),
    run: () => import("../run/secure/encrypt/digest-secure-bootloader.ts"),
  },
  "generate-flash-encryption-key": {
    spec: () => import("../spec/secure/encrypt/generate-flash-encryption-key.ts"),
    run: () => import("../run/secure/encrypt/generate-flash-encryption-key.ts"),
  },
  "encrypt-flash-data": {
    spec: () => import("../spec/secure/encrypt/encrypt-flash-data.ts"),
    run: () => import("../run/secure/encrypt/encrypt-flash-data.ts"),
  },
  "decrypt-flash-data": {
    spec: () => import("../spec/secure/encrypt/decrypt-flash-data.ts"),
    run: () => import("../run/secure/encrypt/decrypt-flash-data.ts"),
  },
};

export const ESPSECURE: Program = {
  name: "espsecure",
  usage: "Usage: espsecure [options] COMMAND [arguments]",
  purpose: "Sign and verify images for secure boot, make keys, encrypt and decrypt the contents of flash.",
  examples: [
    "espsecure generate-signing-key --version 2 key.pem",
    "espsecure sign-data --version 2 --keyfile key.pem --output app-signed.bin app.bin",
    "espsecure verify-signature --version 2 --keyfile public.pem app-signed.bin",
    "espsecure encrypt-flash-data --aes-xts --keyfile key.bin --address 0x10000 --output app-enc.bin app.bin",
  ],
  commands: ESPSECURE_COMMANDS,
  options: ESPSECURE_OPTIONS,
  // It has neither argument files nor a configuration (fact sheet efuse-secure, B1).
  readsArgumentFiles: false,
  readsConfig: "no",
  takesSeveralCommands: false,
  exitCodeWithoutCommand: 2,
  loadSpec: specLoader(MODULES),
  run: runSingleCommand(MODULES),
};
