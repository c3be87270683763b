import { describe, expect, it } from "vitest";
import { connect, disconnect, eraseRegion, renderEvent, writeFlash } from "../../index.ts";
import { INSTANT_TIMING, virtualChip } from "../../virtual.ts";
import { isEspError } from "../errors.ts";
import type { EspEvent, NoticeCode } from "../events.ts";

describe("an event as a line", () => {
  it("makes a log of a whole write", async () => {
    const log: string[] = [];
    const onEvent = (event: EspEvent): void => {
      const line = event.type === "progress" ? null : renderEvent(event);
      if (line !== null) log.push(line);
    };
    const session = await connect(virtualChip("esp32c3", { timing: INSTANT_TIMING }).port, { onEvent });
    await writeFlash(session, [{ address: 0x10000, data: new Uint8Array(4096).fill(7), name: "app.bin" }]);
    await eraseRegion(session, { address: 0x20000, sizeBytes: 0x1000 });
    await disconnect(session);
    expect(log).toContain("Stub flasher running.");
    expect(log).toContain("Writing 'app.bin' at 0x00010000...");
    expect(log).toContain("Hash of data verified.");
    expect(log).toContain("Erasing flash memory region (this may take a while)...");
    expect(log.at(-1)).toBe("Hard resetting via RTS pin...");
    expect(log.some((line) => line.includes("\n") || line.includes("undefined"))).toBe(false);
  });

  it("is nothing where a terminal shows nothing", () => {
    expect(renderEvent({ session: "s", type: "connect.reset", attempt: 1, sequence: "x" })).toBeNull();
  });

  it("has a second line where there is more to say", () => {
    const burned = { session: "s", type: "efuse.burned", block: 4, name: "BLOCK_KEY0", attempts: 1 } as const;
    expect(renderEvent({ ...burned, verdict: "hidden" })).toMatch(/^BURN BLOCK4 {2}- burned, .*\nRead all '0'$/);
    expect(renderEvent({ ...burned, block: 0, verdict: "hidden" })).not.toContain("\n");
  });

  it("needs an event that is whole", () => {
    for (const wrong of [{ type: "connect.identity" }, { type: "toString" }, {}])
      expect(() => renderEvent(wrong as never)).toThrowError(
        expect.toSatisfy((e) => isEspError(e, "argument.invalid")),
      );
  });
});

describe("the codes of notes and warnings", () => {
  it("are a closed list", () => {
    const known = (code: NoticeCode): string => {
      switch (code) {
        case "connect.no-lines":
          return code;
        // @ts-expect-error There is no such code.
        case "connect.made-up":
          return code;
        default:
          return "";
      }
    };
    expect(known("connect.no-lines")).toBe("connect.no-lines");
  });
});
