// In the programs a command loads what it takes of a door, not all that any command takes of it: where a door is imported when
// it is needed, and only names are taken of it, that import becomes one of a module with these names alone. A bundler knows
// what a module takes of another, but not what an import at run time takes.
import { resolve } from "node:path";
import { parseSync } from "rolldown/utils";
import { doors, root } from "./entries.mjs";

const PREFIX = "taken-of-a-door:";
const DOORS = new Set(doors.map((name) => `${root}src/${name}.ts`));

/** Each `await import("...")` of which only names are taken: where its words begin and end, and the names. */
function* takingIn(node) {
  if (node === null || typeof node !== "object") return;
  if (Array.isArray(node)) {
    for (const entry of node) yield* takingIn(entry);
    return;
  }
  const [from, names] = takenBy(node);
  const source = from?.type === "AwaitExpression" && from.argument.type === "ImportExpression" && from.argument.source;
  if (source?.type === "Literal" && names !== null) yield { source, names };
  for (const value of Object.values(node)) yield* takingIn(value);
}

/** From what something is taken, and by which names; null for names that are not known. */
function takenBy({ type, id, init, object, property, computed }) {
  if (type === "VariableDeclarator" && id.type === "ObjectPattern") return [init, namesOf(id)];
  if (type === "MemberExpression") return [unwrapped(object), computed ? null : [property.name]];
  return [undefined, null];
}

const unwrapped = (node) => (node.type === "ParenthesizedExpression" ? node.expression : node);

function namesOf({ properties }) {
  const isPlain = properties.every(
    ({ type, key, computed }) => type === "Property" && key.type === "Identifier" && !computed,
  );
  return isPlain ? properties.map(({ key }) => key.name) : null;
}

export const isTakenOfADoor = (id) => id.startsWith(`\0${PREFIX}`);

export const throughDoors = {
  name: "through-doors",
  transform: {
    filter: { id: /\/src\/(?:cli|bin)\/.*\.ts$/ },
    handler(code, id) {
      const { program } = parseSync(id, code);
      const found = [...takingIn(program)].filter(({ source }) => DOORS.has(resolve(id, "..", source.value)));
      return found
        .sort((left, right) => right.source.start - left.source.start)
        .reduce((text, { source: { start, end, value }, names }) => {
          const part = `${PREFIX}${[...names].sort().join(",")}:${resolve(id, "..", value)}`;
          return text.slice(0, start) + JSON.stringify(part) + text.slice(end);
        }, code);
    },
  },
  resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
  load(id) {
    if (!isTakenOfADoor(id)) return null;
    const [names, door] = id.slice(PREFIX.length + 1).split(":");
    return `export { ${names.split(",").join(", ")} } from ${JSON.stringify(door)};`;
  },
};
