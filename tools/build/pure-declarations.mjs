// Declarations that nobody uses fall away in a bundle: commands, layouts, checks. What a module declares is made by calls, and
// a bundler keeps a call whose value is not used unless it is told that the call does nothing else. Here it is told so of each
// call by which a constant of a module is made; that modules do nothing else when they are loaded is said of the whole package
// (`sideEffects`).
import { parseSync } from "rolldown/utils";

const PURE = "/* @__PURE__ */ ";
const LATER = /Function|^Class/;

/** Where calls begin that are carried out when the value is made. */
function* callsIn(node) {
  if (node === null || typeof node !== "object" || LATER.test(node.type ?? "")) return;
  if (Array.isArray(node)) {
    for (const entry of node) yield* callsIn(entry);
    return;
  }
  if (/^(?:Call|New)Expression$/.test(node.type) && isNamed(node.callee)) yield node.start;
  for (const value of Object.values(node)) yield* callsIn(value);
}

/** `name(...)`, `name.name(...)`: before a chain of calls it would not be clear which of them is meant. */
function isNamed({ type, object }) {
  return type === "Identifier" || (type === "MemberExpression" && isNamed(object));
}

const constantsOf = (statement) => {
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  return declaration?.type === "VariableDeclaration" && declaration.kind === "const" ? declaration.declarations : [];
};

export const pureDeclarations = {
  name: "pure-declarations",
  transform: {
    filter: { id: /\.ts$/ },
    handler(code, id) {
      const { program } = parseSync(id, code);
      const inits = program.body.flatMap(constantsOf).map(({ init }) => init);
      const starts = [...callsIn(inits)].sort((left, right) => right - left);
      return starts.reduce((text, at) => text.slice(0, at) + PURE + text.slice(at), code);
    },
  },
};
