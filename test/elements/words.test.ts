import { describe, expect, it } from "vitest";
import { EspError } from "../../src/index.ts";
import type { InstallPlan } from "../../src/install.ts";
import { actionLabel, warningsOf } from "../../src/web/elements/dialog/choose-view.ts";
import { lineRate } from "../../src/web/elements/line-rate.ts";
import { complaintOf } from "../../src/web/elements/support.ts";
import { progressWords } from "../../src/web/elements/texts/progress-words.ts";
import { loadTexts } from "../../src/web/elements/texts/texts.ts";

describe("what the install button says", () => {
  it.each([
    ["en", "Update", "Update to 2.0", "Install"],
    ["de", "Aktualisieren", "Auf 2.0 aktualisieren", "Installieren"],
    ["es", "Actualizar", "Actualizar a 2.0", "Instalar"],
    ["zh", "更新", "更新到 2.0", "安装"],
  ])("of an update, with its version where it has one: %s", async (lang, unnamed, named, install) => {
    const { say } = await loadTexts(lang);
    expect(actionLabel(say, { action: "update" }, { version: null })).toBe(unnamed);
    expect(actionLabel(say, { action: "update" }, { version: "2.0" })).toBe(named);
    expect(actionLabel(say, { action: "erase-and-install" }, { version: null })).toBe(install);
  });

  it.each([
    [{ done: 0, total: 0 }, ""],
    [{ done: 0, total: 500 }, "0 of 1 KB"],
    [{ done: 500, total: 500 }, "1 of 1 KB"],
    [{ done: 2048, total: 10_240 }, "2 of 10 KB"],
  ])("of how far it is, with numbers that say something: %j", async (at, words) => {
    const { say } = await loadTexts("en");
    expect(progressWords(say, { ...at, since: { ms: 0, done: 0 }, nowMs: 500 })).toBe(words);
  });

  it("of how fast it goes, once that is known", async () => {
    const { say } = await loadTexts("en");
    const progress = { done: 20_480, total: 40_960, since: { ms: 1000, done: 0 }, nowMs: 3000 };
    expect(progressWords(say, progress)).toBe("20 of 40 KB · 10 KB/s, 2 s left");
  });

  it("of what is odd about the firmware, once, whatever is chosen", () => {
    const plan = (...messages: string[]): InstallPlan =>
      ({ warnings: messages.map((message) => ({ message })) }) as unknown as InstallPlan;
    const offers = { "keep-settings": plan("a", "b"), "erase-settings": new Error("c"), "erase-all": plan("b", "d") };
    expect(warningsOf(offers)).toEqual(["a", "b", "d"]);
  });

  it("of an error: its own sentence and what to do", () => {
    const error = new EspError("download.failed", "The manifest was not got.", { hint: "Try again." });
    expect(complaintOf(error)).toBe("The manifest was not got. Try again.");
    expect(complaintOf(new TypeError("x is not a function"))).toBe("x is not a function");
    expect(complaintOf("odd")).toBe("odd");
    expect(complaintOf(null)).toBe("null");
  });
});

describe("the rate of the line", () => {
  it("is the lowest that a build of the manifest names, or found out", () => {
    const builds = (...rates: (number | null)[]) => ({ builds: rates.map((baudRate) => ({ baudRate })) });
    expect(lineRate(builds(null, null))).toBeNull();
    expect(lineRate(builds())).toBeNull();
    expect(lineRate(builds(460_800, null, 230_400))).toBe(230_400);
  });
});
