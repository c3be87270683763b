import { beforeAll, describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
// @ts-expect-error A tool without types.
import { makeReports, reportOf, storedReports } from "../../tools/api.mjs";

type Reports = ReadonlyMap<string, string>;
const stored = (storedReports as () => Reports)();
let made: Reports;

beforeAll(async () => {
  made = await (makeReports as () => Promise<Reports>)();
});

describe("the API in api/", () => {
  it("has a file for each door, and one for what they share", () => {
    const doors = Object.values(manifest.exports).flatMap((door) => (typeof door === "string" ? [] : [door.types]));
    const files = [...doors.map((file) => file.replace("./dist/", "")), "shared.d.ts"].map((file) => `${file}.txt`);
    expect([...made.keys()].sort()).toEqual(files.sort());
    expect([...stored.keys()].sort()).toEqual(files.sort());
  });

  it.each([...stored.keys()])("%s is what the sources export; if that is meant: npm run api", (file) => {
    expect(made.get(file)).toBe(stored.get(file));
  });

  it("tells of a name more, and of a type that changed, but not of a comment", () => {
    const code =
      'import { A } from "./shared.js";\n/** Words. */\ninterface B {\n  readonly b: number;\n}\nexport { A, B };\n';
    const report = reportOf as (code: string, isShared: boolean) => string;
    const before = report(code, false);
    expect(before).toBe("export A;\nexport B;\ninterface B {\n  readonly b: number;\n}\n");
    expect(report(code.replace("Words", "Other words"), false)).toBe(before);
    expect(report(code.replace("A, B }", "A, B, C }"), false)).not.toBe(before);
    expect(report(code.replace("b: number", "b: string"), false)).not.toBe(before);
  });
});
