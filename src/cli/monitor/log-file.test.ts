import { describe, expect, it } from "vitest";
import type { CliFiles } from "../host/host.ts";
import { LogFile } from "./log-file.ts";

/** A disk that takes its time. */
function slowFiles(fail: (written: number) => boolean = () => false) {
  const written: string[] = [];
  const append: CliFiles["append"] = async (_path, data) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (fail(written.length)) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    written.push(new TextDecoder().decode(data));
  };
  return { written, files: { append } as CliFiles };
}

describe("the log", () => {
  it("has everything, in order, when it is closed, in few writes", async () => {
    const { written, files } = slowFiles();
    const log = new LogFile("a.log", files, () => expect.unreachable());
    for (const text of ["", "one ", "two ", "", "three"]) log.write(text);
    await log.close();
    expect(written).toEqual(["one ", "two three"]);
    log.write("!");
    await log.close();
    expect(written.join("")).toBe("one two three!");
  });

  it("gives up at the first failure, and says so once", async () => {
    const { written, files } = slowFiles((count) => count === 1);
    const failures: unknown[] = [];
    const log = new LogFile("a.log", files, (error) => failures.push(error));
    for (const text of ["one", "two"]) log.write(text);
    await log.close();
    log.write("three");
    await log.close();
    expect(written).toEqual(["one"]);
    expect(failures).toMatchObject([{ code: "ENOSPC" }]);
  });
});
