import { isEspError, type Port } from "../../../index.ts";
import { requestPort } from "../../../web.ts";
import { titleOf } from "./choose-view.ts";
import { h } from "./dom.ts";
import type { Shell, View } from "./shell.ts";

/** A port that a person chooses, asked for as often as they like. Throws what `requestPort` throws but for choosing none. */
export async function askForPort(shell: Shell): Promise<Port> {
  const { say } = shell;
  const { userActivation } = navigator as Partial<Pick<Navigator, "userActivation">>;
  // A slow network may have used up the click.
  let isFresh = userActivation?.isActive ?? true;
  let hasTried = false;
  for (;;) {
    if (!isFresh) await shell.ask<void>((answer) => askView(shell, hasTried, answer));
    shell.show({ title: titleOf(say, null), body: h("p", {}, say("choosePortHow")) });
    try {
      return await requestPort();
    } catch (error) {
      if (!isEspError(error, "port.none-found")) throw error;
      hasTried = true;
      isFresh = false;
    }
  }
}

function askView({ say, close }: Shell, hasTried: boolean, answer: () => void): View {
  const help = (["cableHelp", "driverHelp", "groupHelp", "otherHelp"] as const).map((key) => h("li", {}, say(key)));
  return {
    title: hasTried ? say("noPort") : titleOf(say, null),
    body: hasTried ? [h("p", {}, say("noPortHow")), h("ul", {}, ...help)] : h("p", {}, say("choosePortHow")),
    actions: [
      { label: say("close"), act: close },
      { label: say("choosePort"), isPrimary: true, act: answer },
    ],
  };
}
