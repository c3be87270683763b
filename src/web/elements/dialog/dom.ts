/** What stands in an element: nodes, text (never markup), nothing. */
export type Content = Node | string | null | undefined | false | readonly Content[];

interface Properties {
  readonly class?: string | false | undefined;
  readonly onclick?: ((event: Event) => void) | undefined;
  readonly onchange?: ((event: Event) => void) | undefined;
  readonly [attribute: string]: unknown;
}

/** An element with attributes, listeners and contents. Texts of others become text, whatever is in them. */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...contents: readonly Content[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value as EventListener);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  put(element, ...contents);
  return element;
}

/** Replaces what stands in an element. */
export function put(element: Node & ParentNode, ...contents: readonly Content[]): void {
  element.replaceChildren(...nodesOf(contents));
}

function nodesOf(content: Content): (Node | string)[] {
  if (content === null || content === undefined || content === false) return [];
  return isList(content) ? content.flatMap(nodesOf) : [content as Node | string];
}

const isList = (content: Content): content is readonly Content[] => Array.isArray(content);

const SVG = "http://www.w3.org/2000/svg";

/** The same for pictures. */
export function svg(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...contents: Node[]
): SVGElement {
  const element = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...contents);
  return element;
}

/** A link to somewhere else, which learns nothing of the page. */
export function link(href: string, ...contents: readonly Content[]): HTMLAnchorElement {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...contents);
}
