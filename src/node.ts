export { choosePort } from "./node/find-port.ts";
export { type HostFiles, hostFiles } from "./node/host-files.ts";
export type { LineHandling } from "./node/line-handling.ts";
export { type ListedPort, type ListPortsOptions, listPorts } from "./node/list-ports.ts";
export type { Listener } from "./node/listener.ts";
export { type HsmConfig, type HsmSigner, openHsm } from "./node/open-hsm.ts";
export { type PortFromStringOptions, portFromString } from "./node/open-port.ts";
export { createRfc2217Port, type Rfc2217PortOptions } from "./node/rfc2217-port.ts";
export { type ServeRfc2217Options, serveRfc2217 } from "./node/rfc2217-server.ts";
export { createSerialPort, type SerialPortOptions } from "./node/serial-port.ts";
export type { ServedProtocol, ServeEvent, ServeListener } from "./node/serve-events.ts";
export {
  type ListenAddress,
  type ServeVirtualOptions,
  serveVirtual,
  type VirtualServer,
} from "./node/serve-virtual.ts";
export { createTcpPort, type TcpPortOptions } from "./node/tcp-port.ts";
export { ESPRESSIF_VENDOR_ID, PORT_RANK } from "./node/usb-ids.ts";
