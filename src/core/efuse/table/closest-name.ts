export { closestName, didYouMean } from "../../check/closest-name.ts";
