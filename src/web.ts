export { requestWebSerialPort, type WebSerialPortOptions, webSerialPort } from "./web/web-serial-port.ts";
export type { SerialLike, SerialPortFilterLike, SerialPortLike } from "./web/web-serial-types.ts";
