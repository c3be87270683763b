/** Runs in a page: a chip lives in it, and the library connects to it, writes, and reads back. */
import { connect, type EspEvent, leave, readFlash, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";

export interface PageResult {
  readonly chip: string;
  readonly loader: string;
  readonly verified: string;
  readonly equal: boolean;
  readonly events: readonly string[];
  readonly hasNode: boolean;
}

async function run(): Promise<PageResult> {
  const chip = virtualChip("esp32c3");
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { baudRate: 921_600, onEvent: (event) => events.push(event) });
  const data = Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7) ^ (index >> 8));
  const written = await writeFlash(session, [{ address: 0x10000, data, name: "page" }]);
  const { data: read } = await readFlash(session, { address: 0x10000, sizeBytes: data.length });
  await leave(session);
  return {
    chip: session.chip.id,
    loader: session.loader,
    verified: written.files[0]?.verified ?? "nothing",
    equal: read.length === data.length && read.every((byte, index) => byte === data[index]),
    events: [...new Set(events.map(({ type }) => type))],
    hasNode: "process" in globalThis || "Buffer" in globalThis,
  };
}

const page = globalThis as unknown as { result?: Promise<PageResult> };
page.result = run();
