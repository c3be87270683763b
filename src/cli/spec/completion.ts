import type { CommandSpec } from "./types.ts";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export const SPEC: CommandSpec = {
  name: "completion",
  description:
    "Prints a script that lets a shell complete what is typed for esptool, espefuse and espsecure: commands, options, " +
    "their values, ports, files and the names of eFuses. One script is for all three. With install it is kept where the shell finds it.",
  arguments: [
    {
      name: "SHELL",
      kind: "choice",
      choices: [...SHELLS, "install", "uninstall"],
      summary: `The shell: ${SHELLS.join(", ")}; install: have the shell read the script from now on; uninstall: undo that`,
    },
    {
      name: "FOR",
      kind: "choice",
      choices: ["auto", ...SHELLS],
      summary: "With install and uninstall: the shell; auto: the one you use",
      default: "auto",
    },
  ],
  options: [],
  examples: [
    { command: "esptool completion install", what: "once; the shell you use, from its next start" },
    { command: "esptool completion bash", what: "in ~/.bashrc: source <(esptool completion bash)" },
    { command: "esptool completion zsh", what: "in ~/.zshrc: source <(esptool completion zsh)" },
    { command: "esptool completion fish", what: "in ~/.config/fish/config.fish: esptool completion fish | source" },
    {
      command: "esptool completion powershell",
      what: "in $PROFILE: esptool completion powershell | Out-String | Invoke-Expression",
    },
  ],
  plainStdout: true,
};
