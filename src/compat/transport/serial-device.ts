import type { SerialPortLike } from "../../web.ts";

/** A port of the Web Serial API, or what behaves like one. */
export interface SerialDevice extends SerialPortLike {
  /** Ports that can change their baud rate while open do so; all others are closed and opened again. */
  setBaudRate?(baudRate: number): Promise<void>;
}

export type BaudRateConfigurablePort = SerialDevice;

/** For opening the port; `baudRate` is given apart. */
export interface SerialOptions {
  readonly baudRate?: number | undefined;
  readonly dataBits?: 7 | 8 | undefined;
  readonly stopBits?: 1 | 2 | undefined;
  readonly parity?: "none" | "even" | "odd" | undefined;
  readonly bufferSize?: number | undefined;
  readonly flowControl?: "none" | "hardware" | undefined;
}
