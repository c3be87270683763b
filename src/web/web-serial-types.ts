/** The part of the Web Serial API that is used; the DOM library of TypeScript does not have it. */

export interface SerialPortLike {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: { readonly baudRate: number; readonly bufferSize?: number }): Promise<void>;
  close(): Promise<void>;
  setSignals(signals: { readonly dataTerminalReady?: boolean; readonly requestToSend?: boolean }): Promise<void>;
  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number };
  addEventListener(type: "disconnect", listener: () => void): void;
  removeEventListener(type: "disconnect", listener: () => void): void;
}

export interface SerialPortFilterLike {
  readonly usbVendorId: number;
  readonly usbProductId?: number;
}

/** `navigator.serial`. */
export interface SerialLike {
  requestPort(options?: { readonly filters?: readonly SerialPortFilterLike[] }): Promise<SerialPortLike>;
}
