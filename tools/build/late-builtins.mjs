// Modules of Node that cost milliseconds to load and that most runs of a program do not need: got when first called.
const LATE = {
  "node:child_process": ["spawn"],
  "node:crypto": ["createHash", "randomBytes"],
  "node:net": ["connect", "createServer", "isIP", "Socket"],
  "node:tty": ["isatty", "ReadStream"],
};

/** A function of the module, or one of its classes, which is only ever made with `new`. */
const stand = (module, name) =>
  /^[A-Z]/.test(name)
    ? `export function ${name}(...args) { return new (process.getBuiltinModule("${module}").${name})(...args); }`
    : `export const ${name} = (...args) => process.getBuiltinModule("${module}").${name}(...args);`;

/** A name that is imported and not listed fails the build. */
export const lateBuiltins = {
  name: "late-builtins",
  resolveId: (id) => (id in LATE ? `\0late:${id}` : null),
  load: (id) => {
    const module = id.startsWith("\0late:") ? id.slice(6) : null;
    return module === null ? null : LATE[module].map((name) => stand(module, name)).join("\n");
  },
};
