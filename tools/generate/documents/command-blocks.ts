import type { Command, TimeoutLimits } from "../../../src/core/wire/command.ts";
import { DEFAULT_LIMITS } from "../../../src/core/wire/command.ts";
import * as commands from "../../../src/core/wire/commands.ts";
import * as nandCommands from "../../../src/core/wire/nand-commands.ts";
import { fieldTable } from "./field-table.ts";
import { duration, hex, table } from "./markdown.ts";
import { type SourceComments, sourceComments } from "./source-comments.ts";

export type AnyCommand = Command<never, unknown>;

const COMMON_SOURCE = sourceComments("src/core/wire/commands.ts");
const NAND_SOURCE = sourceComments("src/core/wire/nand-commands.ts");
const LIMITS_SOURCE = sourceComments("src/core/wire/command.ts");

/** By their opcodes. */
export const COMMANDS: readonly AnyCommand[] = commandsOf(commands);
export const NAND_COMMANDS: readonly AnyCommand[] = commandsOf(nandCommands);

function commandsOf(module: Readonly<Record<string, unknown>>): readonly AnyCommand[] {
  return Object.values(module)
    .filter((value): value is AnyCommand => typeof value === "object" && value !== null && "opcode" in value)
    .sort((left, right) => left.opcode - right.opcode);
}

export function commandBlocks(): Readonly<Record<string, string>> {
  return {
    "command-list": table(["opcode", "command", "what it does"], [...COMMANDS, ...NAND_COMMANDS].map(listRow)),
    commands: COMMANDS.map((command) => section(command, COMMON_SOURCE)).join("\n\n"),
    "nand-commands": NAND_COMMANDS.map((command) => section(command, NAND_SOURCE)).join("\n\n"),
    "timeout-limits": limitsTable(),
  };
}

function listRow(command: AnyCommand): readonly string[] {
  const anchor = `#${command.name.toLowerCase()}`;
  const source = NAND_COMMANDS.includes(command) ? NAND_SOURCE : COMMON_SOURCE;
  return [hex(command.opcode), `[${command.name}](${anchor})`, firstSentence(source.ofConst(command.name))];
}

function firstSentence(text: string): string {
  return /^.*?[.;:](?= |$)/.exec(text)?.[0].replace(/[;:]$/, ".") ?? text;
}

function section(command: AnyCommand, source: SourceComments): string {
  const { name, opcode, fields, replyLengths, checksummed } = command;
  const request = source.typeOf(name);
  const meaning = (field: string): string =>
    [source, COMMON_SOURCE].map((each) => each.ofField(request, field)).find((words) => words !== "") ?? "";
  const lengths = replyLengths.filter((length) => length > 0);
  return [
    `### ${name}`,
    "",
    `Opcode ${hex(opcode)}. ${source.ofConst(name)}`,
    "",
    fields.length === 0 ? "The request has no data." : fieldTable(fields, meaning),
    "",
    [
      lengths.length === 0 ? "Reply: status only." : `Reply: ${lengths.join(" or ")} bytes of data, then the status.`,
      ...(checksummed === null ? [] : ["The header carries a checksum."]),
      `Time limit: ${timeLimit(command)}.`,
    ].join(" "),
  ].join("\n");
}

/** Asks the command for its time limit, and looks which of the limits it looked at. */
function timeLimit(command: AnyCommand): string {
  const used = new Set<keyof TimeoutLimits>();
  const limits = new Proxy(DEFAULT_LIMITS, {
    get: (target, key: keyof TimeoutLimits) => {
      used.add(key);
      return target[key];
    },
  });
  command.timeoutMs(sampleRequest(command) as never, limits);
  used.delete("defaultMs");
  const [limit] = used;
  const standard = duration(DEFAULT_LIMITS.defaultMs);
  if (limit === undefined) return command.name === "WRITE_REG" ? `${standard} and all delays of the request` : standard;
  const value = duration(DEFAULT_LIMITS[limit]);
  return limit.endsWith("PerMegabyte") ? `${value} for each million bytes, at least ${standard}` : value;
}

function sampleRequest(command: AnyCommand): unknown {
  if (command.name === "WRITE_REG") return [];
  return { sizeBytes: 1e6, block: new Uint8Array(1e6) };
}

function limitsTable(): string {
  return table(
    ["limit", "default", "of what"],
    Object.entries(DEFAULT_LIMITS).map(([name, ms]) => [
      `\`${name}\``,
      duration(ms as number),
      LIMITS_SOURCE.ofField("TimeoutLimits", name),
    ]),
  );
}
