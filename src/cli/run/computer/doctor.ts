import type { RunCommand } from "../../context.ts";

export const run: RunCommand = async ({ host, print }) => {
  const { examine } = await import("../../../node.ts");
  const computer = await host.lookAtComputer();
  const { findings, unseen } = examine(computer);
  const ports = computer.ports ?? [];
  print(`Node ${computer.nodeVersion}, driver of serial ports ${computer.hasSerialDriver ? "found" : "missing"}.`);
  print(`${ports.length} serial ${ports.length === 1 ? "port" : "ports"}${ports.map(named).join("")}`);
  for (const { weight, message, command } of findings) {
    print("");
    print(`${weight === "problem" ? "Problem" : "Advice"}: ${message}`);
    if (command !== undefined) print(`  ${command}`);
  }
  print("");
  if (findings.length === 0) print("Nothing stands in the way.");
  if (unseen.length > 0) print(`Not looked at on this system: ${unseen.join(", ")}.`);
  return { findings, unseen, computer };
};

const named = ({ path, product }: { readonly path: string; readonly product?: string | undefined }, index: number) =>
  `${index === 0 ? ": " : ", "}${path}${product === undefined ? "" : ` (${product})`}`;
