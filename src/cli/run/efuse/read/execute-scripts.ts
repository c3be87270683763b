import { EspError } from "../../../../index.ts";
import type { Prepare } from "../prepared.ts";

export const prepare: Prepare = () => {
  throw new EspError(
    "argument.unsupported",
    "The command execute-scripts has been REMOVED: files are never executed.",
    {
      hint: "Write a program with the library: import { planBurn, burnEfuses } from 'esptool-ts/efuse'.",
    },
  );
};
