export { systemCode, systemHint, systemWords } from "../node/system-words.ts";
