import type { CommandSpec } from "../../types.ts";
import { SKIP_PADDING } from "../shared-options.ts";

export const SPEC: CommandSpec = {
  name: "signature-info-v2",
  description:
    "Shows the signature blocks of a file signed for secure boot V2, each with the digest of its public key as the eFuses " +
    "have it.",
  arguments: [{ name: "DATAFILE", kind: "file", summary: "The signed file" }],
  options: [SKIP_PADDING],
  examples: [{ command: "espsecure signature-info-v2 app-signed.bin", what: "which keys have signed" }],
};
