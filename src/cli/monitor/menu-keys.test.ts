import { describe, expect, it } from "vitest";
import { type KeyAction, menuKeys } from "./menu-keys.ts";

/** Actions as words, sent bytes as text. */
function read(...chunks: string[]): string[] {
  const keys = menuKeys();
  const say = (action: KeyAction): string =>
    action.kind === "send" ? `send ${JSON.stringify(new TextDecoder().decode(action.bytes))}` : action.kind;
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
    [["a\u0003b"], ['send "a\\u0003"', "interrupt-sent", 'send "b"']],
  ])("%j", (chunks, actions) => {
    expect(read(...chunks)).toEqual(actions);
  });
});
