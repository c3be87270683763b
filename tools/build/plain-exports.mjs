// What a file of a program gives to others is given as it is, not by a function to be called each time: files are in no circle,
// and what is never assigned again cannot change. Such a function for each of a thousand names takes its time at the start, and
// again wherever a name is used.
import { parseSync } from "rolldown/utils";

/** Names that are assigned anywhere but where they are declared. */
function* assignedIn(node) {
  if (node === null || typeof node !== "object") return;
  if (Array.isArray(node)) {
    for (const entry of node) yield* assignedIn(entry);
    return;
  }
  const { type, left, argument } = node;
  if (type === "AssignmentExpression" || type === "ForInStatement" || type === "ForOfStatement") yield* namesIn(left);
  if (type === "UpdateExpression") yield* namesIn(argument);
  for (const value of Object.values(node)) yield* assignedIn(value);
}

/** All names in what is assigned: a few more than are assigned do no harm. */
function* namesIn(node) {
  if (node === null || typeof node !== "object") return;
  if (node.type === "Identifier") yield node.name;
  for (const value of Object.values(node)) yield* namesIn(value);
}

/** Of `Object.defineProperty(exports, "name", { enumerable: true, get: function() { return local; } })`. */
function exportOf({ type, expression }) {
  if (type !== "ExpressionStatement" || expression.type !== "CallExpression") return null;
  const [target, name, { properties } = {}] = expression.arguments;
  if (target?.name !== "exports" || expression.callee.property?.name !== "defineProperty") return null;
  const returned = properties?.find(({ key }) => key.name === "get")?.value.body.body[0]?.argument;
  return returned?.type === "Identifier" ? { name: name.value, local: returned.name } : null;
}

export const plainExports = {
  name: "plain-exports",
  renderChunk(code, { fileName }) {
    const { program } = parseSync(fileName, code);
    // Behind everything else: what is given has its value.
    const first = program.body.findLastIndex((statement) => exportOf(statement) === null) + 1;
    const assigned = new Set(assignedIn(program.body));
    const plain = program.body.slice(first).filter((statement) => !assigned.has(exportOf(statement).local));
    const changed = plain.reduceRight((text, statement) => {
      const { name, local } = exportOf(statement);
      return `${text.slice(0, statement.start)}exports[${JSON.stringify(name)}] = ${local};${text.slice(statement.end)}`;
    }, code);
    return { code: changed, map: null };
  },
};
