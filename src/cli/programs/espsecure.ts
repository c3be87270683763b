import type { CommandModules } from "../load-command.ts";
import type { Program } from "../program.ts";
import { runSingleCommand, specLoader } from "../single-command.ts";
import { ESPSECURE_COMMANDS } from "../spec/espsecure/command-table.ts";
import { ESPSECURE_OPTIONS } from "../spec/espsecure/global-options.ts";

const MODULES: Readonly<Record<string, CommandModules>> = {
  "generate-signing-key": {
    spec: () => import("../spec/espsecure/generate-signing-key.ts"),
    run: () => import("../run/espsecure/generate-signing-key.ts"),
  },
  "extract-public-key": {
    spec: () => import("../spec/espsecure/extract-public-key.ts"),
    run: () => import("../run/espsecure/extract-public-key.ts"),
  },
  "digest-sbv2-public-key": {
    spec: () => import("../spec/espsecure/digest-sbv2-public-key.ts"),
    run: () => import("../run/espsecure/digest-sbv2-public-key.ts"),
  },
  "digest-rsa-public-key": {
    spec: () => import("../spec/espsecure/digest-rsa-public-key.ts"),
    run: () => import("../run/espsecure/digest-rsa-public-key.ts"),
  },
  "digest-private-key": {
    spec: () => import("../spec/espsecure/digest-private-key.ts"),
    run: () => import("../run/espsecure/digest-private-key.ts"),
  },
  "sign-data": {
    spec: () => import("../spec/espsecure/sign-data.ts"),
    run: () => import("../run/espsecure/sign-data.ts"),
  },
  "verify-signature": {
    spec: () => import("../spec/espsecure/verify-signature.ts"),
    run: () => import("../run/espsecure/verify-signature.ts"),
  },
  "signature-info-v2": {
    spec: () => import("../spec/espsecure/signature-info-v2.ts"),
    run: () => import("../run/espsecure/signature-info-v2.ts"),
  },
  "digest-secure-bootloader": {
    spec: () => import("../spec/espsecure/digest-secure-bootloader.ts"),
    run: () => import("../run/espsecure/digest-secure-bootloader.ts"),
  },
  "generate-flash-encryption-key": {
    spec: () => import("../spec/espsecure/generate-flash-encryption-key.ts"),
    run: () => import("../run/espsecure/generate-flash-encryption-key.ts"),
  },
  "encrypt-flash-data": {
    spec: () => import("../spec/espsecure/encrypt-flash-data.ts"),
    run: () => import("../run/espsecure/encrypt-flash-data.ts"),
  },
  "decrypt-flash-data": {
    spec: () => import("../spec/espsecure/decrypt-flash-data.ts"),
    run: () => import("../run/espsecure/decrypt-flash-data.ts"),
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
