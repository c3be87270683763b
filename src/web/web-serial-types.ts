/**
 * The part of the Web Serial API that is used; the DOM library of TypeScript does not have it. Its streams are told by
 * what is used of them, so that these types compile without that library, too.
 */

export interface ByteReaderLike {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
  releaseLock(): void;
}

export interface ByteWriterLike {
  /** Settles when the stream does. */
  readonly closed: Promise<unknown>;
  write(bytes: Uint8Array): Promise<void>;
  abort(): Promise<void>;
  releaseLock(): void;
}

export interface SerialPortLike {
  readonly readable: { getReader(): ByteReaderLike } | null;
  readonly writable: { getWriter(): ByteWriterLike } | null;
  /** Whether the device is there; absent in older browsers. */
  readonly connected?: boolean | undefined;
  open(options: { readonly baudRate: number; readonly bufferSize?: number }): Promise<void>;
  close(): Promise<void>;
  setSignals(signals: { readonly dataTerminalReady?: boolean; readonly requestToSend?: boolean }): Promise<void>;
  getInfo(): { readonly usbVendorId?: number; readonly usbProductId?: number };
  addEventListener(type: "disconnect", listener: () => void): void;
  removeEventListener(type: "disconnect", listener: () => void): void;
}

export interface SerialPortFilterLike {
  readonly usbVendorId: number;
  readonly usbProductId?: number | undefined;
}

/** `navigator.serial`. */
export interface SerialLike {
  requestPort(options?: { readonly filters?: readonly SerialPortFilterLike[] }): Promise<SerialPortLike>;
  getPorts(): Promise<readonly SerialPortLike[]>;
}
