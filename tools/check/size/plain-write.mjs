// What most pages do: a program is written to a chip that is new, and a changed one over it. Told which page and which virtual
// chips.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [page, chips] = process.argv.slice(2);
const { connect, writeFlash } = await import(page);
const { virtualChip } = await import(chips);

const program = new Uint8Array(readFileSync(new URL("../../../examples/hello-esp32c3/hello.bin", import.meta.url)));
const changed = program.slice();
// An even number of bytes changed by the same bits leaves the checksum right; the digest at the end is made anew: as a build
// would, or what is written is an image with something wrong, of which there is more to say and so to load.
for (let at = 0x200; at < 0x240; at++) changed[at] ^= 0x5a;
changed.set(createHash("sha256").update(changed.subarray(0, -32)).digest(), changed.length - 32);
const chip = virtualChip("esp32c3");
// As a browser's port has it.
const { info, clock, capabilities } = chip.port;
const inPage = { info, clock, capabilities: { ...capabilities, reopensForBaud: true } };
for (const does of ["open", "close", "write", "setBaudRate", "setLines"])
  inPage[does] = (...given) => chip.port[does](...given);
const session = await connect(inPage);
for (const data of [program, changed]) await writeFlash(session, [{ address: 0, data }]);
const inFlash = chip.flash.read(0, changed.length);
if (Buffer.compare(inFlash, changed) !== 0) throw new Error("What was written is not there.");
