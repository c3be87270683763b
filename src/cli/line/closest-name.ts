export { didYouMean } from "../../core/check/closest-name.ts";
