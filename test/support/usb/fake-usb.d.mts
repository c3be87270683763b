import type {
  UsbConfigurationLike,
  UsbDeviceLike,
  UsbEventLike,
  UsbFilterLike,
  UsbInResultLike,
  UsbLike,
  UsbOutResultLike,
  UsbSetup,
} from "../../../src/webusb.ts";

export interface FakeUsbOptions {
  readonly replies?: (setup: UsbSetup, length: number) => readonly number[] | "stall";
  readonly configured?: boolean;
  readonly busyInterfaces?: readonly number[];
}

export class FakeUsb implements UsbLike {
  devices: FakeUsbDevice[];
  choose: (list: FakeUsbDevice[]) => FakeUsbDevice | undefined;
  readonly granted: Set<FakeUsbDevice>;
  getDevices(): Promise<FakeUsbDevice[]>;
  requestDevice(options: { readonly filters: readonly UsbFilterLike[] }): Promise<FakeUsbDevice>;
  addEventListener(type: "disconnect", listener: (event: UsbEventLike) => void): void;
  removeEventListener(type: "disconnect", listener: (event: UsbEventLike) => void): void;
  plug(device: FakeUsbDevice): void;
  unplug(device: FakeUsbDevice): Promise<void>;
}

/** One entry of the log. */
export type FakeUsbCall = Readonly<Record<string, unknown>>;

export class FakeUsbDevice implements UsbDeviceLike {
  constructor(descriptor: object, options?: FakeUsbOptions);
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceClass: number;
  readonly usbVersionMajor: number;
  readonly deviceVersionMajor: number;
  readonly deviceVersionMinor: number;
  readonly deviceVersionSubminor: number;
  readonly serialNumber?: string;
  readonly productName?: string;
  configuration: UsbConfigurationLike | null;
  readonly configurations: readonly UsbConfigurationLike[];
  opened: boolean;
  plugged: boolean;
  log: FakeUsbCall[];
  onWrite?: (bytes: readonly number[]) => void;
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
  send(endpointNumber: number, bytes: readonly number[] | Uint8Array | "stall" | "babble"): void;
  inFlight(endpointNumber: number): number;
  pull(): void;
}
