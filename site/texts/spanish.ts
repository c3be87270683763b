import { ENGLISH } from "./english.ts";
import type { Texts } from "./texts.ts";

export const SPANISH: Texts = ENGLISH;
