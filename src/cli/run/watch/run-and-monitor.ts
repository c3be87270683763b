import type { RunCommand } from "../../context.ts";
import { run as monitor } from "../monitor.ts";

/** The monitor, in which the chip is always reset. */
export const run: RunCommand = async (context) => {
  const { options } = context;
  const flag = (name: string): boolean => name === "reset" || options.flag(name);
  return await monitor({ ...context, options: { ...options, flag } });
};
