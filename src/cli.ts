/** The command line as a library: the declarations of the commands, and the function that runs one. */

export type {
  ByteInput,
  CliFiles,
  CliHost,
  FileKind,
  GrowingFile,
  HostPlace,
  InputListener,
  LockOptions,
  OpenPortSettings,
  PiecedContents,
  ReadFileOptions,
  TextStream,
  WriteOptions,
  WriteSecretOptions,
} from "./cli/host/host.ts";
export type { InterruptSignal } from "./cli/host/interrupts.ts";
export { type NodeHost, nodeHost } from "./cli/host/node-host.ts";
export { runCli } from "./cli/run-cli.ts";
export { runEspefuse } from "./cli/run-espefuse.ts";
export { runEspsecure } from "./cli/run-espsecure.ts";
export { CHIP_NAMES } from "./cli/spec/chip-names.ts";
export { COMMANDS } from "./cli/spec/command-table.ts";
export { GLOBAL_OPTIONS } from "./cli/spec/global-options.ts";
export type {
  ArgumentSpec,
  CommandSpec,
  CommandSummary,
  ExampleSpec,
  FilesAmongWords,
  FileUse,
  FollowingWords,
  OptionScope,
  OptionSpec,
  ValueKind,
  ValueSpec,
} from "./cli/spec/types.ts";
export { REFERENCE_VERSION, VERSION } from "./cli/version.ts";
export type { Tree, TreeEntry } from "./core/bundle/tree/tree.ts";
export type { Clock } from "./core/clock.ts";
export type { AbortSignalLike } from "./core/errors.ts";
export * from "./core/errors-at-doors.ts";
export type { HostMemory } from "./core/host-memory.ts";
export type { CurveName } from "./core/image/signature/signature-block.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export type { EcdsaPublicKey, PublicKey, RsaPublicKey } from "./core/secure/key/key-kinds.ts";
export type { Signer } from "./core/secure/sign/signature-source.ts";
export type { ComputerFacts, PortFacts } from "./node/doctor/facts.ts";
export type { ListedPort } from "./node/list/list-ports.ts";
export type { HsmConfig, HsmSigner } from "./node/pkcs11/hsm-config.ts";
