import { COM_PORT, CONTROL, DATA_SIZE_8, PARITY_NONE, SERVER_ANSWER_OFFSET, STOP_SIZE_1 } from "./rfc2217-codes.ts";

/** As told to people. SET-CONTROL is three settings under one number; its values tell them apart. */
export type SettingName = "baud rate" | "data size" | "parity" | "stop bits" | "flow control" | "DTR" | "RTS";

/** One thing that a client sets and the server confirms with the value that holds then. */
export interface Setting {
  readonly name: SettingName;
  readonly command: number;
  readonly value: number;
}

export function baudRateSetting(baudRate: number): Setting {
  return { name: "baud rate", command: COM_PORT.setBaudRate, value: baudRate };
}

/** Eight data bits, no parity, one stop bit. */
export const LINE_FORMAT: readonly Setting[] = [
  { name: "data size", command: COM_PORT.setDataSize, value: DATA_SIZE_8 },
  { name: "parity", command: COM_PORT.setParity, value: PARITY_NONE },
  { name: "stop bits", command: COM_PORT.setStopSize, value: STOP_SIZE_1 },
];

export const NO_FLOW_CONTROL: Setting = { name: "flow control", command: COM_PORT.setControl, value: CONTROL.flowNone };

export function dtrSetting(on: boolean): Setting {
  return { name: "DTR", command: COM_PORT.setControl, value: on ? CONTROL.dtrOn : CONTROL.dtrOff };
}

export function rtsSetting(on: boolean): Setting {
  return { name: "RTS", command: COM_PORT.setControl, value: on ? CONTROL.rtsOn : CONTROL.rtsOff };
}

/** Command and value as they stand in a COM-PORT subnegotiation; a baud rate has four bytes, the highest first. */
export function encodeSetting({ command, value }: Setting): Uint8Array {
  if (command !== COM_PORT.setBaudRate) return Uint8Array.of(command, value);
  return Uint8Array.of(command, value >>> 24, value >>> 16, value >>> 8, value);
}

const ANSWER_NAMES: Readonly<Record<number, SettingName>> = {
  [COM_PORT.setBaudRate]: "baud rate",
  [COM_PORT.setDataSize]: "data size",
  [COM_PORT.setParity]: "parity",
  [COM_PORT.setStopSize]: "stop bits",
};

/** What a server's COM-PORT subnegotiation confirms, or null when it is something else. */
export function readConfirmation(bytes: Uint8Array): { readonly name: SettingName; readonly value: number } | null {
  const command = (bytes[0] ?? 0) - SERVER_ANSWER_OFFSET;
  const value = bytes[1];
  if (value === undefined) return null;
  if (command === COM_PORT.setControl) return { name: controlName(value), value };
  const name = ANSWER_NAMES[command];
  if (name === undefined) return null;
  if (name !== "baud rate") return { name, value };
  if (bytes.length < 5) return null;
  return { name, value: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1) };
}

/** Break belongs to none of the others, but nothing here sets it. */
function controlName(value: number): SettingName {
  if (value >= CONTROL.dtrQuery && value <= CONTROL.dtrOff) return "DTR";
  if (value >= CONTROL.rtsQuery && value <= CONTROL.rtsOff) return "RTS";
  return "flow control";
}
