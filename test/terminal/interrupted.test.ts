import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { noise } from "../support/noise.ts";

// So that they take many blocks.
const FILES = { "a.bin": noise(0x8000), "b.bin": noise(0x20000), "c.bin": noise(0x8000) };

/** Ctrl-C as soon as this is said. */
async function interruptedAt(said: RegExp, argv: readonly string[]) {
  const base = testCliHost({ files: FILES });
  let isStopped = false;
  const host: TestCliHost = {
    ...base,
    stdout: {
      isTTY: false,
      write: (text) => {
        base.stdout.write(text);
        if (isStopped || !said.test(base.out())) return;
        isStopped = true;
        base.interrupt();
      },
    },
  };
  const code = await runCli(["--port", "virtual:esp32c3", ...argv], host);
  return { code, out: base.out(), err: base.err() };
}

const WRITE = ["write-flash", "0x10000", "a.bin", "0x20000", "b.bin", "0x60000", "c.bin"];

describe("Ctrl-C", () => {
  it("says on a line of its own what is written and what is not", async () => {
    const { code, err } = await interruptedAt(/'b\.bin'[\s\S]*\] +[1-9][\d.]+%/, WRITE);
    expect(code).toBe(130);
    expect(err).toMatch(
      /^\nInterrupted\. Written: 'a\.bin'\. Written in part: 'b\.bin', \d+ of 131072 bytes from 0x00020000 on\. Not written: one more file\.\n$/,
    );
  });

  it("says so before the first block, too", async () => {
    const { err } = await interruptedAt(/Compressed/, WRITE);
    expect(err).toBe("\nInterrupted. Not written: 'a.bin' (its place may be erased) and 2 more files.\n");
  });

  it("says what is written and not verified", async () => {
    const { err } = await interruptedAt(/Verifying/, ["write-flash", "0x10000", "a.bin"]);
    expect(err).toBe("\nInterrupted. Written, but not verified: 'a.bin'.\n");
  });

  it("says that flash was being erased", async () => {
    const { err } = await interruptedAt(/Erasing/, ["erase-flash"]);
    expect(err).toBe("\nInterrupted. The flash was being erased; what is left in it is not known.\n");
  });

  it("says nothing where nothing was done", async () => {
    const { err } = await interruptedAt(/Uploading/, WRITE);
    expect(err).toBe("\nInterrupted.\n");
  });

  it("says it in --json, too", async () => {
    const { out, code } = await interruptedAt(/"phase":"write","done":[1-9]/, ["--json", ...WRITE]);
    expect(code).toBe(130);
    expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      code: "operation.aborted",
      message: expect.stringContaining("Written in part: 'a.bin', "),
    });
  });
});
