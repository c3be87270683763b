// Writes a firmware file to a chip, reads it back and compares. Without arguments: real firmware, and a virtual chip.
//   node flash-and-verify.mjs [PORT] [FILE]
import { readFile } from "node:fs/promises";
import { connect, disconnect, isEspError, readFlash, writeFlash } from "esptool-ts";
import { portFromString } from "esptool-ts/node";

const [portName = "virtual:esp32c3", file = new URL("../hello-esp32c3/hello.bin", import.meta.url)] =
  process.argv.slice(2);

function tell(event) {
  if (event.type === "connect.identity") console.log(`${event.description}, ${event.mac}`);
  if (event.type === "verify.matched") console.log("the chip's digest is that of the file");
  if (event.type === "warning") console.warn(event.message);
}

try {
  const data = await readFile(file);
  const session = await connect(await portFromString(portName), { baudRate: 921600, onEvent: tell });
  try {
    await writeFlash(session, [{ address: 0x0, data, name: "firmware" }]);
    const { data: back } = await readFlash(session, { address: 0x0, sizeBytes: data.length });
    console.log(data.equals(back) ? "read back, and the same" : "read back, and different");
  } finally {
    await disconnect(session);
  }
} catch (error) {
  if (!isEspError(error)) throw error;
  console.error(`${error.code}: ${error.message} ${error.hint ?? ""}`);
  process.exitCode = 1;
}
