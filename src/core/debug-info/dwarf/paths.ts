/** `/x`, `\\x`, `C:\x`, `C:/x`. */
const ABSOLUTE = /^(?:[/\\]|[A-Za-z]:[/\\])/;

/** A path seen from a folder, with `.` and `name/..` left out. Builds of Windows keep their backslashes. */
export function joinPath(folder: string, path: string): string {
  const joined = path === "" ? folder : folder === "" || ABSOLUTE.test(path) ? path : `${folder}/${path}`;
  return joined.includes("/.") ? withoutDetours(joined) : joined;
}

function withoutDetours(path: string): string {
  const kept: string[] = [];
  for (const part of path.split("/")) {
    const last = kept.at(-1);
    if (part === "." && kept.length > 0) continue;
    if (part === ".." && last !== undefined && last !== "" && last !== ".." && last !== ".") kept.pop();
    else kept.push(part);
  }
  return kept.join("/");
}
