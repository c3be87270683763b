import type { CommandSpec, OptionSpec } from "../../types.ts";
import {
  HSM,
  HSM_CONFIG,
  KEY_PASSWORD_FILE,
  keyFile,
  output,
  SCHEME_VERSION,
  SKIP_PADDING,
} from "../shared-options.ts";

const FILES = { label: "FILE", kind: "file", repeatable: true, following: "all" } as const;

const OPTIONS: readonly OptionSpec[] = [
  { ...SCHEME_VERSION, summary: "Version of secure boot; must be given" },
  {
    ...keyFile("The private key, PEM; version 2 takes up to three, one after the other or each with its own -k"),
    value: FILES,
  },
  KEY_PASSWORD_FILE,
  output("The file to write; left out: DATAFILE itself is signed in place"),
  {
    name: "append-signatures",
    short: "a",
    summary: "Version 2: keep the signatures that are there and add to them",
  },
  HSM,
  HSM_CONFIG,
  {
    name: "pub-key",
    value: FILES,
    summary: "The public key to each --signature, in their order; with --hsm: the module's public key",
  },
  {
    name: "signature",
    value: FILES,
    summary: "A signature made elsewhere instead of a private key: version 1 raw, RSA raw, ECDSA raw or DER",
  },
  SKIP_PADDING,
  { name: "force", summary: "Sign once more what is signed already, signatures and all" },
];

export const SPEC: CommandSpec = {
  name: "sign-data",
  description:
    "Signs an image, or any data, for secure boot. Version 1 (ESP32) appends one ECDSA signature. Version 2 pads the data " +
    "to whole sectors and appends a sector with up to three signatures. Each signature is verified before anything is " +
    "written.",
  arguments: [{ name: "DATAFILE", kind: "file", summary: "The file to sign" }],
  options: OPTIONS,
  exclusive: [["hsm", "keyfile", "signature"]],
  examples: [
    {
      command: "espsecure sign-data --version 2 --keyfile key.pem --output app-signed.bin app.bin",
      what: "one signature for secure boot V2",
    },
    {
      command: "espsecure sign-data --version 2 --append-signatures --keyfile key2.pem app-signed.bin",
      what: "a second one, in place",
    },
    {
      command: "espsecure sign-data --version 2 --hsm --hsm-config hsm.ini --output app-signed.bin app.bin",
      what: "with a key that never leaves its module",
    },
  ],
};
