import { it } from "vitest";
import { writeFlash } from "../src/core/flash/write-flash.ts";
import { equalBytes } from "../src/core/bytes/words.ts";
import { connect } from "../src/core/session/connect.ts";
import { virtualChip } from "../src/virtual/virtual-chip.ts";
import { attachFlash } from "../src/core/flash/attach.ts";
it("soak", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const size = 60000;
      const chip = virtualChip("esp8266");
      const log: string[] = [];
      const session = await connect(chip.port, { baudRate: 921600, stub: false, onEvent: (e) => { if (e.type === "write.resumed") log.push(`resumed ${e.goodBytes} ${e.reason}`); else if (e.type==="write.erasing") log.push("erase"); } });
      await attachFlash(session);
      chip.faults.soak(seed, 20000);
      let s = seed;
      const data = Uint8Array.from({ length: size }, (_, i) => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return i % 2 ? i >> 9 : s >>> 24; });
      try { await writeFlash(session, [{ address: 0x10000, data }]); } catch (e) { continue; }
      const got = chip.flash.read(0x10000, size);
      if (equalBytes(got, data)) continue;
      const bad: number[] = [];
      for (let i = 0; i < size; i++) if (got[i] !== data[i]) bad.push(i);
      console.log(seed, bad.length, bad.slice(0, 5), bad.at(-1), [...got.subarray(bad[0]!, bad[0]! + 4)], [...data.subarray(bad[0]!, bad[0]! + 4)], log, [...chip.flash.counters.erasesPerSector].map(([a, n]) => `${a.toString(16)}:${n}`).join(" "));
    }
}, 900000);
