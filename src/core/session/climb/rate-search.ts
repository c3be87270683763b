// What a page loads when there is much to transfer over a line whose rate is ours to find.
export { raiseRate } from "./climb.ts";
export { followVerdict, noteTrouble } from "./line-trouble.ts";
