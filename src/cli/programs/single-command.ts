import { EspError } from "../../index.ts";
import type { CommandModules } from "./load-command.ts";
import type { Program } from "./program.ts";

/** How a program whose commands stand in a table finds the declaration of one. */
export function specLoader(modules: Readonly<Record<string, CommandModules>>): Program["loadSpec"] {
  return async (name) => {
    const found = Object.hasOwn(modules, name) ? modules[name] : undefined;
    return found === undefined ? null : (await found.spec()).SPEC;
  };
}

/** How a program that takes one command a line runs it. */
export function runSingleCommand(modules: Readonly<Record<string, CommandModules>>): Program["run"] {
  return async ([context]) => {
    const found = context === undefined ? undefined : modules[context.spec.name];
    if (context === undefined || found === undefined) {
      throw new EspError("internal", `The command ${context?.spec.name ?? ""} has no code.`);
    }
    const { run } = await found.run();
    return [await run(context)];
  };
}
