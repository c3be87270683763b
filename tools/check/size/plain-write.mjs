// What most pages do: a program is written to a chip that is new, and a changed one over it. Told which page and which virtual
// chips.
import { readFileSync } from "node:fs";

const [page, chips] = process.argv.slice(2);
const { connect, writeFlash } = await import(page);
const { virtualChip } = await import(chips);

const program = new Uint8Array(readFileSync(new URL("../../../examples/hello-esp32c3/hello.bin", import.meta.url)));
const changed = program.slice();
changed.fill(0x5a, 0x200, 0x240);
const chip = virtualChip("esp32c3");
const session = await connect(chip.port);
for (const data of [program, changed]) await writeFlash(session, [{ address: 0, data }]);
const inFlash = chip.flash.read(0, changed.length);
if (Buffer.compare(inFlash, changed) !== 0) throw new Error("What was written is not there.");
