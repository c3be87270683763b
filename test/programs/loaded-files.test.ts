import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltPrograms, buildPrograms } from "../support/process/built-programs.ts";

let built: BuiltPrograms;
beforeAll(async () => {
  built = await buildPrograms();
});
afterAll(() => built.remove());

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** The files of the program that a line loads, by their names without what tells versions apart. */
function loadedBy(...words: readonly string[]): string[] {
  const coverage = `${built.folder}/coverage`;
  const { status, stderr } = spawnSync(process.execPath, [built.path("esptool"), ...words], {
    encoding: "utf8",
    env: { HOME: built.folder, NODE_V8_COVERAGE: coverage, NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const files = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(`${coverage}/${name}`, "utf8")) as Coverage;
    return result.flatMap(({ url }) => /\/programs\/(.+?)(?:-[\w-]{8})?\.js$/.exec(url)?.[1] ?? []);
  });
  rmSync(coverage, { recursive: true });
  return files.sort();
}

const ALWAYS = ["base", "cli", "rolldown-runtime", "run-cli", "run-executable"];
const VIRTUAL = ["--port", "virtual:esp32c3"];
/** A virtual chip understands what a host compresses, and its stub is that of the chip. */
const CHIP = [...ALWAYS, "on-chip", "chips", "deflate", "virtual", "esp32c3"];

it("what commands for a chip load stands in few files, with nothing for other commands", () => {
  for (const command of ["flash-id", "read-mac", "get-security-info"])
    expect(loadedBy(...VIRTUAL, command), command).toEqual([...CHIP].sort());
});

it("so does what writing loads", () => {
  const image = new URL("../../examples/hello-esp32c3/hello.bin", import.meta.url).pathname;
  const loaded = loadedBy(...VIRTUAL, "write-flash", "0x0", image);
  expect(loaded).toEqual([...CHIP, "files", "image", "write-flash"].sort());
});
