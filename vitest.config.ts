import { defineConfig } from "vitest/config";

// With VITEST_JSON set the results are also written to that file; the gate adds them up.
const json = process.env["VITEST_JSON"];

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    reporters: json === undefined ? ["default"] : ["default", "json"],
    ...(json === undefined ? {} : { outputFile: { json } }),
  },
});
