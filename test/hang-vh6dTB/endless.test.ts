import { it } from "vitest";
it("computes for ever", () => { for (;;) Math.random(); });
