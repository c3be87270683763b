import type { Output } from "./output.ts";

export interface HeldOutput extends Output {
  /** Says what was held, and everything from then on, there. */
  release(to: Output): void;
}

/**
 * Keeps what is said while it is not known yet where to say it: a line that sends a file to standard output has its words
 * on stderr. Errors and help are said at once, after what was held.
 */
export function holdOutput(first: Output): HeldOutput {
  let held: ((output: Output) => void)[] | null = [];
  let output = first;
  const say = (word: (output: Output) => void): void => {
    if (held === null) word(output);
    else held.push(word);
  };
  const release = (to: Output): void => {
    output = to;
    const words = held ?? [];
    held = null;
    for (const word of words) word(to);
  };
  const now = (word: (output: Output) => void): void => {
    release(output);
    word(output);
  };
  return {
    isJson: first.isJson,
    oldName: (sentence) => say((to) => to.oldName(sentence)),
    banner: (text) => say((to) => to.banner(text)),
    event: (event) => say((to) => to.event(event)),
    print: (line) => say((to) => to.print(line)),
    help: (command, text) => now((to) => to.help(command, text)),
    result: (command, fields) => now((to) => to.result(command, fields)),
    error: (command, error) => now((to) => to.error(command, error)),
    release,
  };
}
