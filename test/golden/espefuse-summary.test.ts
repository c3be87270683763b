import { describe, expect, it } from "vitest";
import { chipById } from "../../src/core/chip/catalog.ts";
import { readEfuses } from "../../src/core/efuse/read/read-efuses.ts";
import { dumpLines } from "../../src/core/efuse/show/dump.ts";
import { type SummaryRecord, summaryJson, summaryLines } from "../../src/core/efuse/show/summarise.ts";
import type { EfuseState } from "../../src/core/efuse/table/types.ts";
import { blocksForCustomMac, customMac, customMacLine } from "../../src/core/efuse/value/custom-mac.ts";
import { type EspefuseCase, espefuseCases } from "../support/efuse/efuse-cases.ts";
import { efuseFileDevice } from "../support/efuse/efuse-file-device.ts";

const CASES = espefuseCases();
const shows = (command: string): EspefuseCase[] =>
  CASES.filter(({ sections }) => sections.some((section) => section.command === command));

/** Where several commands burn, the reference burns last of all, and what it shows is what was before: blank eFuses. */
function shownFile({ sections, file }: EspefuseCase): Uint8Array<ArrayBuffer> {
  const burns = sections.filter(({ command }) => command.startsWith("burn-")).length;
  return burns > 1 ? new Uint8Array(file.length) : file;
}

/** What is burned last of all is told below the last command. */
function withoutBurn(lines: readonly string[]): readonly string[] {
  const burn = lines.indexOf("Check all blocks for burn...");
  return burn < 0 ? lines : lines.slice(0, burn - 1);
}

/** With the descriptions of the reference, so that its layout can be compared to the letter; ours are our own. */
async function stateOf(golden: EspefuseCase): Promise<EfuseState> {
  const state = await readEfuses(efuseFileDevice(golden.chip, shownFile(golden)));
  const records = referenceRecords(golden.chip);
  const describe = (name: string): string => records[name]?.description ?? "";
  const fields = state.table.fields.map((field) => ({ ...field, description: describe(field.name) }));
  return { ...state, table: { ...state.table, fields } };
}

function referenceRecords(chip: string): Record<string, SummaryRecord> {
  const lines = CASES.find(({ name }) => name === `${chip}-summary-json`)?.sections[0]?.lines ?? ["{}"];
  return JSON.parse(lines.join("\n")) as Record<string, SummaryRecord>;
}

describe.skipIf(CASES.length === 0)("eFuses are shown as the reference shows them", () => {
  it("in a lot of cases", () => {
    expect(shows("summary").length).toBeGreaterThan(50);
    expect(shows("dump").length).toBeGreaterThan(25);
    expect(shows("get-custom-mac").length).toBe(14);
  });

  it.each(shows("summary").filter(({ args }) => !args.includes("json")))("table: $name", async (golden) => {
    const lines = summaryLines(await stateOf(golden));
    for (const section of golden.sections.filter(({ command }) => command === "summary")) {
      expect(lines).toEqual(withoutBurn(section.lines));
    }
  });

  it.each(shows("summary").filter(({ args }) => args.includes("json")))("JSON: $name", async (golden) => {
    const text = summaryJson(await stateOf(golden));
    expect(text.split("\n")).toEqual(golden.sections[0]?.lines);
  });

  it.each(shows("dump"))("dump: $name", async (golden) => {
    const lines = dumpLines(await stateOf(golden));
    for (const section of golden.sections.filter(({ command }) => command === "dump")) {
      expect(lines).toEqual(section.lines);
    }
  });

  it.each(shows("get-custom-mac"))("custom MAC address, with few words read: $name", async (golden) => {
    const { table } = await stateOf(golden);
    const device = efuseFileDevice(golden.chip, golden.file);
    const line = customMacLine(customMac(await readEfuses(device, { table, blocks: blocksForCustomMac(table) })));
    for (const section of golden.sections.filter(({ command }) => command === "get-custom-mac")) {
      expect([line]).toEqual(section.lines);
    }
    // One block with what the chip says of it; the ESP32 can hide its own, and needs BLOCK0 as well. Besides, what says
    // which chip it is: a session knows that from connecting.
    const identity = chipById(golden.chip).identityRegisters;
    const others = device.read.filter((address) => !identity.includes(address));
    expect(others.length).toBeLessThanOrEqual(golden.chip === "esp32" ? 16 : 10);
    expect(new Set(device.read).size).toBe(device.read.length);
  });
});
