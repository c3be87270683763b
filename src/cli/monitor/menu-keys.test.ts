import { describe, expect, it } from "vitest";
import { type KeyAction, menuKeys } from "./menu-keys.ts";

/** Actions as words, sent bytes as text. */
function read(...chunks: string[]): string[] {
  const keys = menuKeys();
  const say = (action: KeyAction): string =>
    action.kind === "send"
      ? `send ${JSON.stringify(new TextDecoder().decode(action.bytes))}`
      : action.kind === "typing" || action.kind === "typed"
        ? `${action.kind} ${action.asked} '${action.text}'`
        : action.kind;
  return chunks.flatMap((chunk) => keys(new TextEncoder().encode(chunk)).map(say));
}

describe("keys", () => {
  it.each([
    [["abc\r"], ['send "abc\\r"']],
    [["é€"], ['send "é€"']],
    [["a\u001db"], ['send "a"', "exit", 'send "b"']],
    [["a\u0014rb"], ['send "a"', "menu", "reset", 'send "b"']],
    [
      ["\u0014", "R", "r"],
      ["menu", "reset", 'send "r"'],
    ],
    [["\u0014\u0012\u0014\u0010"], ["menu", "reset", "menu", "bootloader"]],
    [["\u0014l\u0014i\u0014\tx"], ["menu", "log", "menu", "timestamps", "menu", "timestamps", 'send "x"']],
    [["\u0014h\u0014\b\u0014?"], ["menu", "help", "menu", "help", "menu", "help"]],
    [["\u0014\u0014\u0014\u001d"], ["menu", 'send "\\u0014"', "menu", 'send "\\u001d"']],
    [["\u0014x\u0014X"], ["menu", "exit", "menu", "exit"]],
    [["\u0014\u001b"], ["menu", "unknown"]],
    [["\u0014y\u0014Y\u0014f\u0014a"], ["menu", "output", "menu", "output", "menu", "flash", "menu", "flash"]],
    [
      ["\u0014/é", "\u007fx\ry"],
      [
        "menu",
        "typing search ''",
        "typing search ''",
        "typing search 'é'",
        "typing search ''",
        "typing search 'x'",
        "typed search 'x'",
        'send "y"',
      ],
    ],
    [["\u0014s\u007f\r"], ["menu", "typing send ''", "typing send ''", "typed send ''"]],
    [["\u0014sa\u001bb"], ["menu", "typing send ''", "typing send 'a'", "cancelled", 'send "b"']],
    [["\u0014s\u001d\u0014/\u0003"], ["menu", "typing send ''", "cancelled", "menu", "typing search ''", "cancelled"]],
    [["a\u0003b"], ['send "a\\u0003"', "interrupt-sent", 'send "b"']],
  ])("%j", (chunks, actions) => {
    expect(read(...chunks)).toEqual(actions);
  });
});
