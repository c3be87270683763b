import { page } from "../port/page.ts";
import { type RightCalls, whole } from "./types.ts";

const device = (): object => whole(page("esp32c3").device);
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
        port: device(),
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
  Transport: { isClass: true, args: () => [device(), false, true, {}] },
  WebUSBSerialPort: { isClass: true, args: () => [{}] },
  getStubJsonByChipName: { args: () => ["ESP32-C3"] },
  validateCustomResetStringSequence: { args: () => ["D0|R1"] },
};
