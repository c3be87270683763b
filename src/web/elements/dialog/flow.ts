import type { Port } from "../../../index.ts";
import type { FoundManifest } from "../../../install.ts";
import type { DialogRequest } from "../install-request.ts";
import type { Shell } from "./shell.ts";

/** What one dialog knows once a port is chosen. */
export interface Flow {
  readonly shell: Shell;
  readonly request: DialogRequest;
  readonly port: Port;
  readonly found: FoundManifest;
}
