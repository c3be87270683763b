import { describe, expect, it } from "vitest";
import { CHIPS } from "../../src/core/chip/catalog.ts";
import { type LoaderKind, loaderTraits } from "../../src/core/chip/loader-traits.ts";
import type { ChipDescriptor } from "../../src/core/chip/types.ts";
import { stubName } from "../../src/core/stub/load-stub.ts";
import type { Command } from "../../src/core/wire/command.ts";
import { existsIn } from "../../src/core/wire/command-existence.ts";
import * as commands from "../../src/core/wire/commands.ts";
import { encodeRequest } from "../../src/core/wire/packet.ts";
import { STUB_INVALID_COMMAND, STUB_NOT_IMPLEMENTED } from "../../src/core/wire/status.ts";
import { MachineBench } from "../support/chip/machine-bench.ts";

// What a loader has is declared beside the commands, and the documents tell it from there. The virtual loaders know it apart.

interface Circumstances {
  readonly kind: LoaderKind;
  readonly secureDownload: boolean;
}

type AnyCommand = Command<never, unknown>;

const ALL = Object.values<unknown>(commands).filter(
  (exported): exported is AnyCommand => typeof exported === "object" && exported !== null && "opcode" in exported,
);

async function started(chip: ChipDescriptor, { kind, secureDownload }: Circumstances): Promise<MachineBench> {
  const bench = new MachineBench(chip.id, { silicon: { secureDownload } });
  const name = stubName(chip, 300);
  if (kind === "stub" && name !== null) await bench.startStub(name);
  return bench;
}

/** Asks with three bytes, which no command wants: whoever knows the command says what is wrong, or does not answer. */
function isKnown(bench: MachineBench, { opcode, name }: AnyCommand, kind: LoaderKind): boolean {
  const data = name === "SYNC" ? commands.SYNC.encode({}) : new Uint8Array(3);
  bench.raw(encodeRequest({ opcode, checksum: 0, data }));
  const replies = bench.take().flatMap((frame) => bench.reply(frame) ?? []);
  const [reply] = replies;
  if (reply === undefined) return true;
  // The ROM refuses with the opcode of the command before.
  if (kind === "rom") return reply.opcode === opcode;
  return reply.status !== STUB_INVALID_COMMAND && reply.status !== STUB_NOT_IMPLEMENTED;
}

const loaders: readonly Circumstances[] = [
  { kind: "rom", secureDownload: false },
  { kind: "rom", secureDownload: true },
  { kind: "stub", secureDownload: false },
];
const cases = CHIPS.flatMap((chip) =>
  loaders
    .filter(({ kind, secureDownload }) => (kind === "rom" ? chip.rom.hasSecureDownloadMode || !secureDownload : true))
    .filter(({ kind }) => kind === "rom" || chip.stubs.length > 0)
    .map((loader) => ({
      chip,
      title: `${chip.id} ${loader.kind}${loader.secureDownload ? ", locked" : ""}`,
      ...loader,
    })),
);

describe("each loader knows the commands that are declared for it", () => {
  it.each(cases)("$title", async ({ chip, ...loader }) => {
    const traits = loaderTraits(chip, loader.kind, { usbOtg: false, secureDownload: loader.secureDownload });
    const declared = ALL.filter((command) =>
      existsIn(command, { chip, traits, secureDownload: loader.secureDownload }),
    );
    const known: string[] = [];
    for (const command of ALL) {
      if (isKnown(await started(chip, loader), command, loader.kind)) known.push(command.name);
    }
    expect(known).toEqual(declared.map(({ name }) => name));
  });
});
