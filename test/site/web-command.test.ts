import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { testCliHost } from "../support/cli-host.ts";
import { until } from "../support/port/ports.ts";
import { tellSkipped } from "../support/skipping.ts";

const isBuilt = existsSync(fileURLToPath(new URL("../../dist/site/index.html", import.meta.url)));
if (!isBuilt) tellSkipped("the page as it is installed: npm run build makes it");

async function served(argv: readonly string[]) {
  const host = testCliHost();
  const ended = runCli(["web", ...argv], host);
  await until(() => host.out().includes("localhost"));
  const [url = ""] = /http:\/\/localhost:\d+\//.exec(host.out()) ?? [];
  const end = async (): Promise<void> => {
    host.interrupt("SIGINT");
    await ended;
  };
  return { host, url, end };
}

describe.skipIf(!isBuilt)("esptool web", () => {
  it("serves the page on a port of its own until it is interrupted", async () => {
    const { url, host, end } = await served(["--http", "0"]);
    const answer = await fetch(url);
    expect(await answer.text()).toContain("<esptool-page>");
    expect(host.out()).toContain(`The page is at ${url}`);
    await end();
    await expect(fetch(url)).rejects.toThrow();
  });

  it("tells programs where it is", async () => {
    const { host, end, url } = await served(["--http", "0", "--json"]);
    const [line] = host.out().split("\n");
    expect(JSON.parse(line ?? "")).toMatchObject({ type: "note", code: "web.listening", details: { url } });
    await end();
  });

  it("says what to do when somebody else has the port", async () => {
    const { url, end } = await served(["--http", "0"]);
    const host = testCliHost();
    expect(await runCli(["web", "--http", new URL(url).port], host)).not.toBe(0);
    expect(host.err()).toContain("another program listens there");
    await end();
  });
});
