import type { Say } from "../texts/texts.ts";
import { svg } from "./dom.ts";

/** A board with its two buttons: which one to press, and when. */
export function boardPicture(say: Say, what: "boot" | "reset"): SVGElement {
  const isBoot = what === "boot";
  const label = (x: number, y: number, text: string): SVGElement => {
    const node = svg("text", { x, y, "text-anchor": "middle", "font-size": 13, fill: "currentColor" });
    node.textContent = text;
    return node;
  };
  const button = (x: number, name: string, isPressed: boolean): SVGElement =>
    svg(
      "g",
      {},
      svg("rect", {
        x: x - 24,
        y: 84,
        width: 48,
        height: 34,
        rx: 5,
        fill: "none",
        stroke: "currentColor",
        "stroke-width": 2,
      }),
      svg("circle", {
        cx: x,
        cy: 101,
        r: 11,
        fill: isPressed ? "currentColor" : "none",
        stroke: "currentColor",
        "stroke-width": 2,
      }),
      label(x, 76, name),
    );
  const arrow = (x: number, text: string, order: string): SVGElement =>
    svg(
      "g",
      {},
      svg("path", {
        d: `M${x} 160 V128 M${x - 7} 136 L${x} 126 L${x + 7} 136`,
        fill: "none",
        stroke: "currentColor",
        "stroke-width": 2.5,
      }),
      label(x, 178, `${order}${text}`),
    );
  const picture = svg(
    "svg",
    { viewBox: "0 0 360 190", role: "img" },
    svg("rect", {
      x: 60,
      y: 20,
      width: 240,
      height: 112,
      rx: 8,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2,
    }),
    svg("rect", {
      x: 150,
      y: 8,
      width: 60,
      height: 24,
      rx: 4,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2,
    }),
    label(180, 25, "USB"),
    button(110, "BOOT", isBoot),
    button(250, "RESET", true),
    ...(isBoot ? [arrow(110, say("hold"), "1. "), arrow(250, say("press"), "2. ")] : [arrow(250, say("press"), "")]),
    ...(isBoot ? [label(180, 152, `3. ${say("release")}`)] : []),
  );
  picture.setAttribute("aria-label", say(isBoot ? "pictureBoot" : "pictureReset"));
  return picture;
}
