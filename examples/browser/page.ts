// A page that flashes a board with Web Serial, or a virtual one that lives in the page.
import { connect, disconnect, type EspEvent, isEspError, type Port, writeFlash } from "esptool-ts";
import { virtualChip } from "esptool-ts/virtual";
import { requestPort } from "esptool-ts/web";

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

function say(line: string): void {
  element("log").textContent += `${line}\n`;
}

function show(event: EspEvent): void {
  if (event.type === "connect.identity") say(`${event.description}, ${event.mac}`);
  if (event.type === "progress" && event.phase === "write") {
    element<HTMLProgressElement>("progress").value = event.done / event.total;
  }
  if (event.type === "verify.matched") say("the chip's digest is that of the file");
  if (event.type === "warning") say(event.message);
}

async function flash(choosePort: () => Promise<Port>): Promise<void> {
  try {
    // First of all: the browser asks for a port only right after a click.
    const port = await choosePort();
    const [file] = element<HTMLInputElement>("file").files ?? [];
    if (file === undefined) throw new Error("Choose a file first.");
    const data = new Uint8Array(await file.arrayBuffer());
    const address = Number(element<HTMLInputElement>("address").value);
    const session = await connect(port, { baudRate: 921600, onEvent: show });
    try {
      await writeFlash(session, [{ address, data, name: file.name }]);
    } finally {
      await disconnect(session);
    }
    say("done");
  } catch (error) {
    say(isEspError(error) ? `${error.code}: ${error.message} ${error.hint ?? ""}` : String(error));
  }
}

element("flash").onclick = () => flash(() => requestPort());
element("try").onclick = () => flash(async () => virtualChip("esp32c3").port);
