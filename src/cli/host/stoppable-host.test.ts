import { describe, expect, it } from "vitest";
import { testCliHost } from "../../../test/support/cli-host.ts";
import { stoppableHost } from "./stoppable-host.ts";
import { readAgain, readInput } from "./user-files.ts";

describe("files while the program is being stopped", () => {
  it("are not read any more, but for those that tell whether what was done can be saved", async () => {
    const stop = new AbortController();
    const host = stoppableHost(testCliHost({ files: { a: Uint8Array.of(1) } }), stop.signal);
    expect(await readInput(host, "a")).toEqual(Uint8Array.of(1));
    stop.abort("SIGTERM");
    await expect(readInput(host, "a")).rejects.toMatchObject({ code: "operation.aborted" });
    expect(await readAgain(host, "a")).toEqual(Uint8Array.of(1));
  });
});
