import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.ts";
import { runEspefuse } from "../../../src/cli/run-espefuse.ts";
import { stateMemory } from "../../../src/node.ts";
import { testCliHost } from "../../support/cli-host.ts";

const PORT = ["--json", "--port", "virtual:esp32c3,circuit=slow"];

/** The resets of one command, each time as a program of its own: only the files are the same. */
async function resets(program: typeof runCli, words: readonly string[], folder: string): Promise<unknown[]> {
  const host = testCliHost({ memory: stateMemory({ folder }) });
  expect(await program([...PORT, ...words], host)).toBe(0);
  const events = host.out().trimEnd().split("\n");
  return events
    .map((line) => JSON.parse(line))
    .flatMap(({ type, sequence }) => (type === "connect.reset" ? sequence : []));
}

it("a command on a virtual chip, whose time is far ahead of any file's, writes and reads the state folder", async () => {
  const folder = mkdtempSync(join(tmpdir(), "esptool-state-"));
  try {
    const usual = ["tight reset, 50 ms", "tight reset, 550 ms"];
    expect(await resets(runCli, ["--no-memory", "read-mac"], folder)).toEqual(usual);
    expect(readdirSync(folder)).toEqual([]);
    expect(await resets(runCli, ["read-mac"], folder)).toEqual(usual);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await resets(runCli, ["read-mac"], folder)).toEqual(["tight reset, 550 ms"]);
    expect(await resets(runEspefuse, ["summary"], folder)).toEqual(["tight reset, 550 ms"]);
    expect(await resets(runEspefuse, ["--no-memory", "summary"], folder)).toEqual(usual);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
