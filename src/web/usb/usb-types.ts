/** The part of the WebUSB API that is used, so that other hosts and tests can give an object like it. */

export interface UsbEndpointLike {
  readonly endpointNumber: number;
  readonly direction: "in" | "out";
  readonly type: string;
  readonly packetSize: number;
}

export interface UsbAlternateLike {
  readonly interfaceClass: number;
  readonly interfaceSubclass: number;
  readonly endpoints: readonly UsbEndpointLike[];
}

export interface UsbInterfaceLike {
  readonly interfaceNumber: number;
  readonly alternate: UsbAlternateLike;
  readonly alternates: readonly UsbAlternateLike[];
}

export interface UsbConfigurationLike {
  readonly configurationValue: number;
  readonly interfaces: readonly UsbInterfaceLike[];
}

export interface UsbSetup {
  readonly requestType: "standard" | "class" | "vendor";
  readonly recipient: "device" | "interface" | "endpoint" | "other";
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

/** A control transfer to the device. */
export interface UsbRequest extends UsbSetup {
  readonly data?: Uint8Array<ArrayBuffer> | undefined;
}

export interface UsbInResultLike {
  readonly status?: string | undefined;
  readonly data?: DataView | null | undefined;
}

export interface UsbOutResultLike {
  readonly status?: string | undefined;
  readonly bytesWritten?: number | undefined;
}

/** A `USBDevice`. */
export interface UsbDeviceLike {
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceClass: number;
  readonly usbVersionMajor: number;
  readonly deviceVersionMajor: number;
  readonly deviceVersionMinor: number;
  readonly deviceVersionSubminor: number;
  readonly manufacturerName?: string | null | undefined;
  readonly productName?: string | null | undefined;
  readonly serialNumber?: string | null | undefined;
  readonly configuration?: UsbConfigurationLike | null | undefined;
  readonly configurations: readonly UsbConfigurationLike[];
  readonly opened: boolean;
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  releaseInterface(interfaceNumber: number): Promise<void>;
  clearHalt(direction: "in" | "out", endpointNumber: number): Promise<void>;
  controlTransferIn(setup: UsbSetup, length: number): Promise<UsbInResultLike>;
  controlTransferOut(setup: UsbSetup, data?: Uint8Array<ArrayBuffer>): Promise<UsbOutResultLike>;
  transferIn(endpointNumber: number, length: number): Promise<UsbInResultLike>;
  transferOut(endpointNumber: number, data: Uint8Array<ArrayBuffer>): Promise<UsbOutResultLike>;
}

export interface UsbFilterLike {
  readonly vendorId?: number | undefined;
  readonly productId?: number | undefined;
  readonly classCode?: number | undefined;
  readonly subclassCode?: number | undefined;
}

export interface UsbEventLike {
  readonly device: UsbDeviceLike;
}

/** `navigator.usb`. */
export interface UsbLike {
  requestDevice(options: { readonly filters: readonly UsbFilterLike[] }): Promise<UsbDeviceLike>;
  getDevices(): Promise<readonly UsbDeviceLike[]>;
  addEventListener(type: "disconnect", listener: (event: UsbEventLike) => void): void;
  removeEventListener(type: "disconnect", listener: (event: UsbEventLike) => void): void;
}
