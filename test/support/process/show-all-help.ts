import { nodeHost } from "../../../src/cli/host/node-host.ts";
import { PROGRAMS } from "../../../src/cli/programs/all.ts";
import { runRfc2217Server } from "../../../src/cli/rfc2217-server/run-rfc2217-server.ts";
import { runProgram } from "../../../src/cli/run-program.ts";

// A program that shows the help of every program and command here, each below a line that names it: one process is
// enough for all of them.
async function showAllHelp(): Promise<void> {
  const host = nodeHost();
  const say = (text: string): void => host.stdout.write(`\u0001 ${text}\n`);
  for (const program of PROGRAMS) {
    say(program.name);
    await runProgram(program, ["help"], host);
    for (const { name } of [...(program.families ?? []), ...program.commands]) {
      say(`${program.name} ${name}`);
      await runProgram(program, ["help", ...name.split(" ")], host);
    }
  }
  say("esp-rfc2217-server");
  await runRfc2217Server(["help"], host);
}

void showAllHelp();
