import { systemClock } from "../../../src/index.ts";
import { hostFiles, type Listener, type VirtualServer } from "../../../src/node.ts";
import { DEFAULT_TIMING, INSTANT_TIMING, virtualChip } from "../../../src/virtual.ts";
import type { Port } from "../../../src/webusb.ts";
import { testCliHost } from "../cli-host.ts";
import { page } from "../port/page.ts";
import { FakeUsb } from "../usb/fake-usb.mjs";
import { fakeDevice, transferCase } from "../usb/usb-vectors.ts";
import { bytes } from "./sessions.ts";
import { type RightCalls, whole } from "./types.ts";

const files = (): object => whole({ read: async () => null, write: async () => undefined });
const clock = (): object => whole({ ...systemClock });
const port = () => whole(virtualChip("esp32c3", { timing: INSTANT_TIMING }).port);
const close = async (server: Listener | VirtualServer): Promise<void> => await server.close();

export const VIRTUAL: RightCalls = {
  createVirtualClock: { args: () => [] },
  virtualChip: {
    args: () => [
      "esp32c3",
      {
        silicon: {
          mac: bytes(6),
          revision: { major: 0, minor: 4 },
          package: 0,
          flashEncryption: false,
          secureBoot: false,
          manualEncryptDisabled: false,
          keyPurposes: [0],
          secureDownload: false,
          securityFlags: 0,
          apiVersion: 3,
          crystalMhz: 40,
          flashPins: 0,
          flash: {
            sizeBytes: 0x400000,
            jedecId: [0xc8, 0x40, 0x16],
            sfdp: bytes(),
            uniqueId: bytes(8),
            status: [0, 0, 0],
          },
          nand: { badBlocks: [1], manufacturer: 0xef, device: 0xaa21, pins: null, protection: 0 },
          efuses: [[0x60008830, 1]],
          registers: [[0x60008000, 1]],
        },
        contents: [{ address: 0, bytes: bytes() }],
        clock: "virtual",
        usb: "uart",
        circuit: "auto",
        wiring: "normal",
        boot: "flash",
        bootButtonAfterMs: 1000,
        plugsInAfterMs: 0,
        timing: { ...DEFAULT_TIMING },
        lines: true,
        atomicLines: true,
        appText: "Hello",
        appBaudRate: 115_200,
        appEveryMs: 1000,
        reenumerates: false,
        info: { path: "virtual" },
        onClose: async () => undefined,
      },
    ],
    alsoOther: ["1.silicon.flash.sfdp"],
  },
  virtualChipFromString: { args: () => ["virtual:esp32c3", files()] },
  virtualPortFromString: { args: () => ["virtual:esp32c3,file=state.json", files()] },
};

export const NODE: RightCalls = {
  folderTree: { args: () => ["build"] },
  choosePort: {
    args: () => [[{ path: "/dev/ttyUSB0", usable: true, rank: 3, likely: true }]],
  },
  createRfc2217Port: {
    args: () => ["rfc2217://localhost:2217", { clock: clock(), connectTimeoutMs: 1000 }],
  },
  createSerialPort: { args: () => [{ path: "/dev/ttyUSB0" }, { clock: clock(), writeTimeoutMs: 1000 }] },
  zstdDecompressor: { args: () => [] },
  createTcpPort: {
    args: () => ["socket://localhost:2217", { clock: clock(), connectTimeoutMs: 1000, writeTimeoutMs: 1000 }],
  },
  listPorts: {
    args: () => [{ sysRoot: "/nowhere", devRoot: "/nowhere", procRoot: "/nowhere", groupFile: "/nowhere" }],
  },
  stateMemory: { args: () => [{ folder: "/nowhere", isOwn: () => true }] },
  lookAtComputer: {
    args: () => [{ sysRoot: "/nowhere", devRoot: "/nowhere", procRoot: "/nowhere", groupFile: "/nowhere" }],
  },
  examine: {
    args: () => [
      {
        platform: "linux",
        nodeVersion: "22.0.0",
        hasSerialDriver: true,
        ports: [
          {
            path: "/dev/ttyUSB0",
            product: "CP2102N",
            access: "allowed",
            group: "dialout",
            holder: { processId: 7, name: "minicom" },
            latencyMs: 16,
          },
        ],
        grabbers: ["brltty"],
      },
    ],
  },
  openHsm: {
    args: () => [{ library: "/nowhere/module.so", slot: 0, pin: "1234", label: "key", publicKeyLabel: "key" }],
  },
  portFromString: {
    args: () => ["virtual:esp32c3", { clock: clock(), writeTimeoutMs: 1000, serial: {}, files: whole(hostFiles) }],
  },
  servePage: { args: () => [{ httpPort: 0 }], after: close },
  serveRfc2217: {
    args: () => [
      { port: port(), host: "127.0.0.1", tcpPort: 0, lines: "pass-through", bootHoldMs: 0, onEvent: () => undefined },
    ],
    after: close,
  },
  serveVirtual: {
    args: () => [
      {
        chip: "esp32c3",
        tcp: { host: "127.0.0.1", port: 0 },
        rfc2217: { host: "127.0.0.1", port: 0 },
        resetOnConnect: false,
        lines: "pass-through",
        onEvent: () => undefined,
        files: whole(hostFiles),
      },
    ],
    after: close,
  },
};

const serialPort = (): object =>
  whole({
    open: async () => undefined,
    close: async () => undefined,
    getInfo: () => ({}),
    setSignals: async () => undefined,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    readable: null,
    writable: null,
  });

const serial = (): object => whole({ requestPort: async () => serialPort(), getPorts: async () => [serialPort()] });

const usb = (): object => whole(new FakeUsb());

export const WEB: RightCalls = {
  keepAwake: { args: () => [{ guardsLeaving: true }], after: (letSleep: () => void) => letSleep() },
  knownPorts: { args: () => [{ clock: clock(), serial: serial(), usb: usb(), kind: "serial" }] },
  portKinds: { args: () => [{ serial: serial(), usb: usb(), isAndroid: false, isSecure: true }] },
  requestPort: {
    args: () => [
      {
        clock: clock(),
        serial: serial(),
        usb: usb(),
        kind: "serial",
        filters: [{ usbVendorId: 0x303a, usbProductId: 0x1001 }],
        onAskAgain: () => undefined,
      },
    ],
  },
  webSerialPort: { args: () => [serialPort(), { clock: clock() }] },
};

export const PORT_CONFORMANCE: RightCalls = {
  portCases: { args: () => [async () => ({}), { patienceMs: 1000, writeTimeoutMs: 1000 }] },
};

export const CLI: RightCalls = {
  nodeHost: { args: () => [] },
  runCli: { args: () => [["version"], whole(testCliHost())] },
  runEspefuse: { args: () => [["--help"], whole(testCliHost())] },
  runEspsecure: { args: () => [["--help"], whole(testCliHost())] },
};

const serialDevice = (): object => whole(page("esp32c3").device);
const transport = (): object => whole(page("esp32c3").transport);
const nothing = (): void => undefined;
/** Nothing is connected, so carrying it out ends in an error; which kind is what counts. */
const carriedOut = async (strategy: { reset(): Promise<void> }): Promise<void> => await strategy.reset().catch(refused);

function refused(error: unknown): void {
  if (!isRefusal(error)) throw error;
}

function isRefusal(error: unknown): boolean {
  return (error as { code?: unknown }).code === "session.closed" || (error as { code?: unknown }).code === "port.lost";
}

export const COMPAT: RightCalls = {
  bstrToUi8: { args: () => ["bytes"] },
  decodeBase64Data: { args: () => ["AAAA"] },
  ClassicReset: { isClass: true, args: () => [transport(), 50], after: carriedOut },
  CustomReset: { isClass: true, args: () => [transport(), "D0|R1|W1|R0"], after: carriedOut },
  HardReset: { isClass: true, args: () => [transport(), false], after: carriedOut },
  UsbJtagSerialReset: { isClass: true, args: () => [transport()], after: carriedOut },
  ESPLoader: {
    isClass: true,
    args: () => [
      {
        transport: transport(),
        port: serialDevice(),
        serialOptions: { baudRate: 115_200, dataBits: 8, stopBits: 1, parity: "none", bufferSize: 255 },
        baudrate: 115_200,
        romBaudrate: 115_200,
        terminal: { clean: nothing, write: nothing, writeLine: nothing },
        debugLogging: false,
        resetConstructors: {
          classicReset: nothing,
          usbJTAGSerialReset: nothing,
          hardReset: nothing,
          customReset: nothing,
        },
        enableTracing: false,
      },
    ],
  },
  ROM: { isClass: true, args: () => [] },
  Transport: { isClass: true, args: () => [serialDevice(), false, true, {}] },
  WebUSBSerialPort: { isClass: true, args: () => [{}] },
  getStubJsonByChipName: { args: () => ["ESP32-C3"] },
  validateCustomResetStringSequence: { args: () => ["D0|R1"] },
};

const fakeAdapter = () => {
  const { usb, device } = fakeDevice(transferCase("cp2102"));
  return { usb: whole(usb), device: whole(device) };
};

export const WEBUSB: RightCalls = {
  usbSerialPorts: { args: () => [fakeAdapter().device] },
  webUsbPort: {
    args: () => {
      const { usb, device } = fakeAdapter();
      return [device, { usb, clock: clock(), interfaceNumber: 0, isWindows: false }];
    },
    after: (port: Port) => port.close(),
  },
};
