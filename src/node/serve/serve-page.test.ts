import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { isEspError } from "../../core/errors.ts";
import type { Listener } from "./listener.ts";
import { serveFiles, servePage } from "./serve-page.ts";

const open: Listener[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const FILES = new Map([
  ["/", { contentType: "text/html; charset=utf-8", data: new TextEncoder().encode("<p>page</p>") }],
]);

async function serving(): Promise<Listener> {
  const server = await serveFiles(FILES, 0);
  open.push(server);
  return server;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function ask(server: Listener, options: { path?: string; method?: string; host?: string } = {}): Promise<Answer> {
  const { path = "/", method = "GET", host = `localhost:${server.port}` } = options;
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port: server.port, path, method, headers: { host }, agent: false },
      (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

describe("the server of the page", () => {
  it("gives the files, with a policy that lets no other code in", async () => {
    const server = await serving();
    expect(server.address).toBe("127.0.0.1");
    const { status, headers, body } = await ask(server);
    expect({ status, body }).toEqual({ status: 200, body: "<p>page</p>" });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe/);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    });
  });

  it("gives the length and no contents to HEAD", async () => {
    const server = await serving();
    expect(await ask(server, { method: "HEAD" })).toMatchObject({
      status: 200,
      body: "",
      headers: { "content-length": "11" },
    });
  });

  it.each(["/../package.json", "/%2e%2e/package.json", "//etc/passwd", "/index.html/..", "/nothing.js"])(
    "has nothing but its files: %s",
    async (path) => {
      expect(await ask(await serving(), { path })).toMatchObject({ status: 404, body: "" });
    },
  );

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("does nothing for %s", async (method) => {
    expect(await ask(await serving(), { method })).toMatchObject({ status: 405, body: "" });
  });

  it.each(["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example"])(
    "refuses a page from elsewhere whose name was made to lead here: %s",
    async (host) => {
      expect(await ask(await serving(), { host })).toMatchObject({ status: 421, body: "" });
    },
  );

  it("answers under both names of this computer, with and without a port", async () => {
    const server = await serving();
    for (const host of ["localhost", "127.0.0.1", `127.0.0.1:${server.port}`])
      expect((await ask(server, { host })).status, host).toBe(200);
  });

  it("says when the TCP port is taken", async () => {
    const { port } = await serving();
    const error = await serveFiles(FILES, port).catch((reason: unknown) => reason);
    expect(isEspError(error, "port.busy")).toBe(true);
  });

  it("looks at its options first", async () => {
    const error = await servePage({ httpPort: 70_000 }).catch((reason: unknown) => reason);
    expect(isEspError(error, "argument.invalid")).toBe(true);
  });
});
