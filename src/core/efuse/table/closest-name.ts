export { closestName } from "../../check/closest-name.ts";
