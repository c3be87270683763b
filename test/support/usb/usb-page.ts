/** Runs in a page: adapters of `navigator.usb` with virtual chips behind them, which the library asks for, flashes and reads back. */
import { requestPort } from "../../../src/web.ts";
import { FakeUsb } from "./fake-usb.mjs";
import { FLASHED, type Flashed, type FlashReport, flashBench, flashOver } from "./flash-over.ts";
import type { TransferCase } from "./transfer-case.ts";

export interface UsbPageReport extends Partial<FlashReport> {
  readonly name: string;
  /** Null: none. */
  readonly failure: string | null;
  /** What the page learnt of the device. */
  readonly vendorId?: number | undefined;
  /** How often the browser's list was shown. */
  readonly asked?: number | undefined;
}

async function flash(one: TransferCase, line: Flashed): Promise<UsbPageReport> {
  const bench = flashBench(one, line);
  const usb = new FakeUsb();
  usb.plug(bench.device);
  let asked = 0;
  usb.choose = ([first]) => {
    asked++;
    return first;
  };
  Object.defineProperty(navigator, "usb", { value: usb, configurable: true });
  const port = await requestPort({ kind: "usb", clock: bench.chip.clock });
  const report = await flashOver(port, bench, line.baudRate);
  return { ...report, name: one.name, failure: null, vendorId: port.info.usbVendorId, asked };
}

async function run(): Promise<UsbPageReport[]> {
  const { cases } = (await (await fetch("/transfers.json")).json()) as { readonly cases: readonly TransferCase[] };
  const reports: UsbPageReport[] = [];
  for (const line of FLASHED) {
    const one = cases.find(({ name }) => name === line.name);
    if (one === undefined) continue;
    // What fails of one adapter says nothing of the next.
    reports.push(await flash(one, line).catch((error: unknown) => ({ name: line.name, failure: String(error) })));
  }
  return reports;
}

const page = globalThis as unknown as { reports?: Promise<UsbPageReport[]> };
page.reports = run();
