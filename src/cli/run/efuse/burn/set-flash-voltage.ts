import { EspError } from "../../../../index.ts";
import { HAVE_FLASH_VOLTAGE } from "../../../spec/efuse/global-options.ts";
import type { Prepare } from "../prepared.ts";
import { changeLines } from "./change-lines.ts";

export const prepare: Prepare = ({ arguments: words, print }) => {
  // The declaration of the argument allows these words only.
  const voltage = words.text("VOLTAGE") as "1.8V" | "3.3V" | "OFF";
  return {
    kind: "burn",
    requests({ chip }) {
      if (!HAVE_FLASH_VOLTAGE.includes(chip)) {
        throw new EspError("argument.unsupported", `No such command 'set-flash-voltage' for this chip (${chip}).`, {
          hint: "The ESP32, ESP32-S2 and ESP32-S3 have eFuses for the voltage of the flash.",
          details: { chip },
        });
      }
      return [{ kind: "flash-voltage", voltage }];
    },
    announce(outcomes, state) {
      for (const { changes, remarks } of outcomes) {
        for (const { message } of remarks) print(message);
        for (const line of changeLines(changes, state)) print(line);
      }
    },
  };
};
