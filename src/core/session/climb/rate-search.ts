// What a page loads for a line whose rate is ours to find.
export { raiseRate } from "./climb.ts";
export { followVerdict, noteTrouble } from "./line-trouble.ts";
export { uploadFast } from "./upload-fast.ts";
