// Shelf: words that were not meant as they were typed: misspelt, in the wrong place, of former times.
// In: words, and what could stand in their place.
// Out: what was meant, or a sentence that says so.

export { didYouMean } from "../../../core/check/closest-name.ts";
