/** Numbers of RFC 2217, "Telnet Com Port Control Option". The server answers a command with its number plus 100. */

export const COM_PORT = {
  signature: 0,
  setBaudRate: 1,
  setDataSize: 2,
  setParity: 3,
  setStopSize: 4,
  setControl: 5,
  notifyLineState: 6,
  notifyModemState: 7,
  flowControlSuspend: 8,
  flowControlResume: 9,
  setLineStateMask: 10,
  setModemStateMask: 11,
  purgeData: 12,
} as const;

export const SERVER_ANSWER_OFFSET = 100;

/** Values of SET-CONTROL. */
export const CONTROL = {
  flowQuery: 0,
  flowNone: 1,
  flowXonXoff: 2,
  flowHardware: 3,
  breakQuery: 4,
  breakOn: 5,
  breakOff: 6,
  dtrQuery: 7,
  dtrOn: 8,
  dtrOff: 9,
  rtsQuery: 10,
  rtsOn: 11,
  rtsOff: 12,
  inboundFlowQuery: 13,
  inboundFlowNone: 14,
  inboundFlowXonXoff: 15,
  inboundFlowHardware: 16,
  flowDcd: 17,
  inboundFlowDtr: 18,
  flowDsr: 19,
} as const;

/** Eight data bits, no parity, one stop bit: what every loader of a chip uses. */
export const DATA_SIZE_8 = 8;
export const PARITY_NONE = 1;
export const STOP_SIZE_1 = 1;

/** Values of PURGE-DATA. */
export const PURGE = { received: 1, transmit: 2, both: 3 } as const;

/** Bits of NOTIFY-MODEMSTATE: the other end is there and ready. */
export const MODEM_STATE = { clearToSend: 0x10, dataSetReady: 0x20, carrierDetect: 0x80 } as const;
