// The button that installs firmware, and a few lines of the library beside it.
import { connect, disconnect, isEspError } from "esptool-ts";
import { defineInstallButton } from "esptool-ts/elements";
import { requestPort } from "esptool-ts/web";

defineInstallButton();

const identify = document.querySelector<HTMLButtonElement>("#identify");
const board = document.querySelector<HTMLElement>("#board");

async function describeBoard(): Promise<string> {
  try {
    // First of all: the browser asks for a port only right after a click.
    const session = await connect(await requestPort());
    await disconnect(session);
    return session.identity?.description ?? session.chip.name;
  } catch (error) {
    return isEspError(error) ? `${error.message} ${error.hint ?? ""}` : String(error);
  }
}

identify?.addEventListener("click", async () => {
  const text = await describeBoard();
  if (board !== null) board.textContent = text;
});
