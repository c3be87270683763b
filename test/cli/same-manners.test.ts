import { describe, expect, it } from "vitest";
import { runRfc2217Server } from "../../src/cli/rfc2217-server/run-rfc2217-server.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { runEspsecure } from "../../src/cli/run-espsecure.ts";
import { testCliHost } from "../support/cli-host.ts";

const PROGRAMS = {
  esptool: runCli,
  espefuse: runEspefuse,
  espsecure: runEspsecure,
  "esp-rfc2217-server": runRfc2217Server,
};

describe.each(Object.entries(PROGRAMS))("%s", (_name, run) => {
  it("fills the width that the terminal has, as far as that can be read", async () => {
    const widest: number[] = [];
    for (const columns of [10, 70, 120, 400]) {
      const host = testCliHost({ columns });
      expect(await run(["--help"], host)).toBe(0);
      // A word or an example may be longer than the terminal is wide; where a line is broken tells the width.
      const wrapped = host
        .out()
        .split("\n")
        .filter((line) => /^ {30}\S+ \S/.test(line));
      widest.push(Math.max(...wrapped.map((line) => line.length)));
    }
    const [atTen = 0, narrow = 0, wide = 0, widestOfAll = 0] = widest;
    expect(narrow).toBeLessThanOrEqual(70);
    expect(atTen).toBeLessThanOrEqual(100);
    expect(wide).toBeLessThanOrEqual(120);
    expect(widestOfAll).toBe(wide);
  });

  it("tells what is wrong, its code and what to do", async () => {
    const host = testCliHost();
    expect(await run(["--no-such-option"], host)).toBe(2);
    expect(host.err()).toMatch(
      /^\nA fatal error occurred: .*'--no-such-option'.*\n {2}code: argument\.invalid\n {2}hint: .+\n$/,
    );
    expect(host.out()).toBe("");
  });
});
