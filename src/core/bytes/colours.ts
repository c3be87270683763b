// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the control character escape.
const COLOURS = /\u001b\[[0-9;]{0,16}m/g;

/** Text without the control sequences by which terminals are told of colours. */
export function withoutColours(text: string): string {
  return text.replace(COLOURS, "");
}
