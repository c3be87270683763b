import { describe, expect, it } from "vitest";
import { runCli } from "../../../src/cli/run-cli.ts";
import { WATCH_OPTIONS } from "../../../src/cli/spec/watch/watch-options.ts";
import { testCliHost } from "../../support/cli-host.ts";

const VALUES: Readonly<Record<string, string>> = {
  "timestamps-as": "start",
  decode: "off",
  "log-as": "device",
  timeout: "5",
  "monitor-baud": "74880",
};
const watching = WATCH_OPTIONS.filter(({ name }) => name !== "monitor").map(({ name, value }) => ({
  name,
  words: [`--${name}`, ...(value === undefined ? [] : [VALUES[name] ?? "x"])],
}));

describe.each([["write-flash", ["0x10000", "app.bin"]] as const, ["flash", ["build"]] as const])(
  "%s without --monitor",
  (command, rest) => {
    it.each(watching)("refuses --$name, which it could only ignore", async ({ name, words }) => {
      const host = testCliHost({ files: { "app.bin": new Uint8Array(64) } });
      expect(await runCli(["--port", "virtual:esp32c3", command, ...rest, ...words], host)).toBe(2);
      expect(host.err()).toContain(`The option --${name} means nothing here without --monitor.`);
      expect(host.err()).toContain(`hint: Add --monitor, or leave --${name} out.`);
      expect(host.out()).not.toContain("Connecting");
    });
  },
);

it("what the environment says for the monitor disturbs no write", async () => {
  const env = { ESP_IDF_MONITOR_PRINT_FILTER: "*:E" };
  const host = testCliHost({ files: { "app.bin": new Uint8Array(64) }, env });
  expect(await runCli(["--port", "virtual:esp32c3", "write-flash", "0x10000", "app.bin"], host)).toBe(0);
});
