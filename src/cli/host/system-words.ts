export { systemCode, systemHint, systemWords } from "../../node/files/system-words.ts";
