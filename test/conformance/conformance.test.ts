import { describe } from "vitest";
import { backends, scratchArea } from "./backend.ts";
import { benchFor, ROM, STUB } from "./bench.ts";
import { connectCasesOfRom, connectCasesOfStub } from "./connect-cases.ts";
import { flashCases } from "./flash-cases.ts";
import { guardCases } from "./guard-cases.ts";
import { lastCases, memoryCases } from "./memory-cases.ts";

/**
 * The library as its users have it, on anything that answers like a chip. How to run it on a board or an emulator:
 * CONTRIBUTING.md. One file, because one backend does one thing at a time.
 *
 * The order matters where the chip cannot be reset: the ROM loader comes first, for once started the stub stays.
 */
describe.each(backends(process.env))("$name", (backend) => {
  const bench = benchFor(backend, scratchArea(process.env["ESPTOOL_TEST_AREA"]));
  connectCasesOfRom(bench);
  for (const loader of [ROM, STUB]) {
    if (loader === STUB) connectCasesOfStub(bench);
    flashCases(bench, loader);
    guardCases(bench, loader);
    memoryCases(bench, loader);
  }
  for (const loader of [ROM, STUB]) lastCases(bench, loader);
});
