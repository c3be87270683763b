import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { moveFile } from "./move-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esptool-move-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string): string => join(folder, name);

describe("moving a file", () => {
  it("gives it another name, with its contents and its mode", async () => {
    writeFileSync(path("from"), "kept", { mode: 0o600 });
    await moveFile(path("from"), path("to"));
    expect(existsSync(path("from"))).toBe(false);
    expect(readFileSync(path("to"), "utf8")).toBe("kept");
    if (process.platform !== "win32") expect(statSync(path("to")).mode & 0o777).toBe(0o600);
  });

  it("writes over nothing", async () => {
    writeFileSync(path("from"), "one");
    writeFileSync(path("to"), "other");
    await expect(moveFile(path("from"), path("to"))).rejects.toMatchObject({ code: "EEXIST" });
    expect([readFileSync(path("from"), "utf8"), readFileSync(path("to"), "utf8")]).toEqual(["one", "other"]);
  });

  it("says that there is none", async () => {
    await expect(moveFile(path("none"), path("to"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
