import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isEspError, reviveError } from "../../src/index.ts";

/** The library in a thread of its own: what it throws there is known here. */

const SOURCE = `
import { parentPort } from "node:worker_threads";
import { connect, EspError, serialiseError } from "LIBRARY";
parentPort.on("message", async (wish) => {
  if (wish === "throw")
    throw new EspError("connect.wrong-chip", "Another chip.", { details: { expected: "a", found: "b" } });
  try {
    await connect({}, {});
  } catch (error) {
    parentPort.postMessage(wish === "bare" ? error : serialiseError(error));
  }
});
`;

const library = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "esptool-worker-"));
const program = join(folder, "worker.mjs");

beforeAll(async () => {
  const entry = join(folder, "entry.mjs");
  writeFileSync(entry, SOURCE.replace("LIBRARY", library));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const bundle = await rolldown({
    cwd: root,
    input: { worker: entry },
    platform: "node",
    resolve: { modules: [join(root, "node_modules")] },
  });
  await bundle.write({ file: program, format: "esm", codeSplitting: false });
  await bundle.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the thread answers, or what it dies of. */
async function ask(wish: string): Promise<unknown> {
  const worker = new Worker(program);
  try {
    return await new Promise((resolve) => {
      worker.once("message", resolve);
      worker.once("error", resolve);
      worker.postMessage(wish);
    });
  } finally {
    await worker.terminate();
  }
}

describe("errors of a worker", () => {
  it("are known when they were serialised", async () => {
    const answer = await ask("data");
    expect(isEspError(answer, "argument.invalid")).toBe(true);
    expect(reviveError(answer)).toMatchObject({ code: "argument.invalid", details: { argument: "port" } });
  });

  it("are known when the worker dies of them", async () => {
    const answer = await ask("throw");
    if (!isEspError(answer, "connect.wrong-chip")) throw new Error("it is one");
    expect(answer.details.found).toBe("b");
  });

  it("are not known when they were posted as they are", async () => {
    expect(isEspError(await ask("bare"))).toBe(false);
  });
});
