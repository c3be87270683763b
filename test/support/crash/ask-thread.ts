/** Asks a decoding engine from a process of its own, and tells what it answered and whether a thread did. */
import { readFileSync } from "node:fs";
import { decodingEngine } from "../../../src/cli/run/explain/decoding-thread.ts";

async function ask(): Promise<void> {
  const [file = ""] = process.argv.slice(2);
  const engine = await decodingEngine();
  const program = await engine.open(new Uint8Array(readFileSync(file)));
  const refused = await engine.open(new Uint8Array(100)).catch((error: { code?: string; message?: string }) => error);
  // Many questions at once are answered in their order.
  const found = await Promise.all(
    Array.from({ length: 50 }, (_, index) => engine.lookUp(0x4200_0066 + 2 * (index % 2), [program.id])),
  );
  const dump = await engine.coreDump(new Uint8Array(100), []).catch((error: { code?: string }) => error);
  const threads = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  engine.close();
  console.log(
    JSON.stringify({
      threads,
      sha: program.elfSha256,
      refused: { code: refused instanceof Error && "code" in refused ? refused.code : null },
      dump: { code: dump instanceof Error && "code" in dump ? dump.code : null },
      names: [...new Set(found.map((one) => one?.location.frames.at(-1)?.functionName))],
      count: found.length,
    }),
  );
}

void ask();
