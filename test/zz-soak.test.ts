import { it } from "vitest";
import { writeFlash } from "../src/core/flash/write-flash.ts";
import { readFlash } from "../src/core/flash/read-flash.ts";
import { equalBytes } from "../src/core/bytes/words.ts";
import { connect } from "../src/core/session/connect.ts";
import { leave } from "../src/core/session/leave.ts";
import { virtualChip } from "../src/virtual/virtual-chip.ts";
import { attachFlash } from "../src/core/flash/attach.ts";
import type { ChipId } from "../src/core/chip/types.ts";
it("soak", async () => {
  const tally: Record<string, number> = {};
  for (const [id, stub, perFault, size] of [["esp32c3", true, 60000, 400000], ["esp32c3", true, 20000, 400000], ["esp32c3", true, 8000, 200000], ["esp32", false, 20000, 60000], ["esp8266", true, 20000, 200000],["esp8266", false, 20000, 60000]] as [ChipId, boolean, number, number][]) {
    let exch = 0, t0 = performance.now();
    for (let seed = 1; seed <= 40; seed++) {
      const chip = virtualChip(id);
      let resumed = 0;
      const session = await connect(chip.port, { baudRate: 921600, stub, onEvent: (e) => { if (e.type === "write.resumed") resumed++; } });
      await attachFlash(session);
      chip.faults.soak(seed, perFault);
      let s = seed;
      const data = Uint8Array.from({ length: size }, (_, i) => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return i % 2 ? i >> 9 : s >>> 24; });
      let key: string;
      try {
        await writeFlash(session, [{ address: 0x10000, data }]);
        const ok = equalBytes(chip.flash.read(0x10000, size), data);
        key = ok ? "ok" : "WRONG";
        if (ok && session.traits.canReadFast) {
          try { const r = await readFlash(session, { address: 0x10000, sizeBytes: size }); key += equalBytes(r.data, data) ? " read" : " READWRONG"; } catch (e) { key += " read " + (e as any).code; }
        }
      } catch (e) { key = (e as any).code + " " + (e as any).message.slice(0, 90); }
      exch += resumed;
      await leave(session);
      tally[`${id} ${stub} ${perFault}: ${key}`] = (tally[`${id} ${stub} ${perFault}: ${key}`] ?? 0) + 1;
    }
    console.log(id, stub, perFault, "resumed", exch, Math.round(performance.now() - t0));
  }
  console.log(JSON.stringify(tally, null, 1));
}, 900000);
