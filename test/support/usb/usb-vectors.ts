import { readFileSync } from "node:fs";
import { FakeUsb, type FakeUsbCall, FakeUsbDevice, type FakeUsbOptions } from "./fake-usb.mjs";
import { repliesOf, type Transfer, type TransferCase } from "./transfer-case.ts";

const folder = new URL("../../fixtures/web/usb/", import.meta.url);
export const usbFixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as T;

const { cases } = usbFixture<{ readonly cases: readonly TransferCase[] }>("transfers");
export const TRANSFER_CASES: readonly TransferCase[] = cases;

export function transferCase(name: string): TransferCase {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no case ${name}.`);
  return found;
}

/** A device that is plugged in and granted. */
export function fakeDevice(one: TransferCase, options: FakeUsbOptions = {}): { usb: FakeUsb; device: FakeUsbDevice } {
  const usb = new FakeUsb();
  const device = new FakeUsbDevice(structuredClone(one.device), { replies: repliesOf(one), ...options });
  usb.plug(device);
  usb.granted.add(device);
  return { usb, device };
}

const isTransfer = (entry: FakeUsbCall): boolean => "dir" in entry || entry["call"] === "clearHalt";

function fits(entry: FakeUsbCall, wanted: Transfer): boolean {
  if (wanted.call !== undefined)
    return (
      entry["call"] === wanted.call &&
      entry["direction"] === wanted.direction &&
      entry["endpointNumber"] === wanted.endpointNumber
    );
  const value = entry["value"] as number;
  const sameValue =
    wanted.valueAny === true ||
    (wanted.valueMask === undefined
      ? value === wanted.value
      : (value & wanted.valueMask) === ((wanted.value ?? 0) & wanted.valueMask));
  return (
    sameValue &&
    (["dir", "requestType", "recipient", "request", "index"] as const).every((key) => entry[key] === wanted[key]) &&
    (wanted.dir === "in" || JSON.stringify(entry["data"]) === JSON.stringify(wanted.data ?? []))
  );
}

/**
 * What a log of calls has against a list of transfers, by the rules of the vectors: optional ones may be missing, more may be
 * asked (in), nothing more may be sent (out), and order counts but for those that are free.
 */
export function against(log: readonly FakeUsbCall[], wanted: readonly Transfer[]): string[] {
  const complaints: string[] = [];
  const left = wanted.map((transfer) => ({ transfer, at: -1 }));
  log.filter(isTransfer).forEach((entry, at) => {
    const match = left.find((one) => one.at < 0 && fits(entry, one.transfer));
    if (match !== undefined) match.at = at;
    else if (entry["dir"] !== "in") complaints.push(`sent besides: ${JSON.stringify(entry)}`);
  });
  for (const { transfer, at } of left)
    if (at < 0 && transfer.optional !== true) complaints.push(`missing: ${JSON.stringify(transfer)}`);
  const ordered = left.filter(
    ({ transfer, at }) => at >= 0 && transfer.orderFree !== true && transfer.optional !== true,
  );
  for (let index = 1; index < ordered.length; index++)
    if ((ordered[index]?.at ?? 0) < (ordered[index - 1]?.at ?? 0))
      complaints.push(`out of order: ${JSON.stringify(ordered[index]?.transfer)}`);
  return complaints;
}
