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
  it("tells what is wrong, its code and what to do", async () => {
    const host = testCliHost();
    expect(await run(["--no-such-option"], host)).toBe(2);
    expect(host.err()).toMatch(
      /^\nA fatal error occurred: .*'--no-such-option'.*\n {2}code: argument\.invalid\n {2}hint: .+\n$/,
    );
    expect(host.out()).toBe("");
  });
});
