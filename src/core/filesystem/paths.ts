import { checkText } from "../check/values.ts";

/**
 * Whether a path stays in the folder it is put into, on every system: names between single slashes, none of them `.` or `..`,
 * without backslashes, colons or control characters, and none that Windows takes for a device.
 */
export function isPlainPath(path: string): boolean {
  return checkText(path, "path").split("/").every(isPlainName);
}

function isPlainName(name: string): boolean {
  if (name === "" || /^\.+$/.test(name) || /[. ]$/.test(name)) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\\:*?"<>|\u0000-\u001f\u007f]/.test(name)) return false;
  return !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name);
}
