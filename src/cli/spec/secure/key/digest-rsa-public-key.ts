import type { CommandSpec } from "../../types.ts";
import { SPEC as CURRENT } from "./digest-sbv2-public-key.ts";

export const SPEC: CommandSpec = {
  ...CURRENT,
  name: "digest-rsa-public-key",
  description: "Deprecated, use digest-sbv2-public-key: it does the same.",
  examples: [
    {
      command: "espsecure digest-rsa-public-key --keyfile public.pem --output digest.bin",
      what: "as scripts for earlier versions have it",
    },
  ],
};
