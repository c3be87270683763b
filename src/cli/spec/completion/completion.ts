import type { CommandSpec } from "../types.ts";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export const SPEC: CommandSpec = {
  name: "completion",
  description:
    "Prints a script that lets a shell complete what is typed for esptool, espefuse and espsecure: commands, options, " +
    "their values, ports, files and the names of eFuses. One script is for all three. To have it kept where the shell finds it, use completion install.",
  arguments: [{ name: "SHELL", kind: "choice", choices: SHELLS, summary: `The shell: ${SHELLS.join(", ")}` }],
  options: [],
  examples: [
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
