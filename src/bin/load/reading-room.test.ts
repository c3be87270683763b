import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readingRoom } from "./reading-room.ts";

let folder = "";
let file = -1;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "esptool-room-"));
  writeFileSync(join(folder, "file"), "one two three");
  file = openSync(join(folder, "file"), "r");
});
afterEach(() => {
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
});

it("goes on where it ended, with room around", () => {
  const room = readingRoom();
  expect(room.read(file, 4).toString()).toBe("one ");
  const next = room.read(file, 3, { before: 2, behind: 1 });
  expect([next.length, next.subarray(2, 5).toString()]).toEqual([6, "two"]);
});

it("takes no file for whole that is cut off", () => {
  expect(() => readingRoom().read(file, 14)).toThrow("shorter");
});
