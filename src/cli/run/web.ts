import { CLI_SESSION, type RunCommand } from "../context.ts";
import { untilAborted } from "./until-aborted.ts";

export const run: RunCommand = async ({ options, signal, print, emit }) => {
  const { servePage } = await import("../../node.ts");
  const server = await servePage({ httpPort: options.number("http") });
  try {
    // Browsers let a page of this name use serial ports without https.
    const url = `http://localhost:${server.port}/`;
    if (options.flag("json"))
      emit({
        session: CLI_SESSION,
        type: "note",
        code: "web.listening",
        message: `The page is at ${url}`,
        details: { url },
      });
    else print(`The page is at ${url} (Ctrl-C ends it).`);
    await untilAborted(signal);
    return { url };
  } finally {
    await server.close();
  }
};
