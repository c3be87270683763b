export type { Tree, TreeEntry } from "./core/bundle/tree/tree.ts";
export type { Clock } from "./core/clock.ts";
export type { AbortSignalLike } from "./core/errors.ts";
export * from "./core/errors-at-doors.ts";
export type { HostMemory } from "./core/host-memory.ts";
export type { CurveName } from "./core/image/signature/signature-block.ts";
export type { Port, PortCapabilities, PortInfo, PortSink } from "./core/port/port.ts";
export { ESPRESSIF_VENDOR_ID } from "./core/port/usb-ids.ts";
export type { EcdsaPublicKey, PublicKey, RsaPublicKey } from "./core/secure/key/key-kinds.ts";
export type { Signer } from "./core/secure/sign/signature-source.ts";
export type { ComputerFacts, PortFacts } from "./node/doctor/facts.ts";
export { type Examination, examine, type Finding } from "./node/doctor/findings.ts";
export { lookAtComputer } from "./node/doctor/look-at-computer.ts";
export type { LockOptions, Unlock } from "./node/files/file-lock.ts";
export { folderTree } from "./node/files/folder-tree.ts";
export { type HostFiles, hostFiles } from "./node/files/host-files.ts";
export { choosePort } from "./node/list/find-port.ts";
export { type ListedPort, type ListPortsOptions, listPorts } from "./node/list/list-ports.ts";
export { PORT_RANK } from "./node/list/usb-ids.ts";
export type { IsOwn } from "./node/memory/kept-files.ts";
export { type StateMemoryOptions, stateMemory } from "./node/memory/state-memory.ts";
export { type PortFromStringOptions, portFromString, type VirtualPortMaker } from "./node/open-port.ts";
export type { HsmConfig, HsmSigner } from "./node/pkcs11/hsm-config.ts";
export { openHsm } from "./node/pkcs11/open-hsm.ts";
export { createRfc2217Port, type Rfc2217PortOptions } from "./node/rfc2217/rfc2217-port.ts";
export type { LineHelper } from "./node/serial/line-helper.ts";
export { createSerialPort, type SerialPortOptions } from "./node/serial/serial-port.ts";
export type { Listener } from "./node/serve/listener.ts";
export { type ServeRfc2217Options, serveRfc2217 } from "./node/serve/rfc2217-server.ts";
export type { ServedProtocol, ServeEvent, ServeListener } from "./node/serve/serve-events.ts";
export { type ServePageOptions, servePage } from "./node/serve/serve-page.ts";
export {
  type ListenAddress,
  type ServeVirtualOptions,
  serveVirtual,
  type VirtualServer,
} from "./node/serve/serve-virtual.ts";
export type { LineHandling } from "./node/system/line-handling.ts";
export type { SerialPlatform } from "./node/system/platform.ts";
export type {
  SerialBinding,
  SerialBindingInfo,
  SerialBindingPort,
  SerialLineOptions,
  SerialOpenOptions,
} from "./node/system/serial-binding.ts";
export { zstdDecompressor } from "./node/system/zstd.ts";
export { createTcpPort, type TcpPortOptions } from "./node/tcp/tcp-port.ts";
