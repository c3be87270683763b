import type { ChipId } from "../../chip/types.ts";
import type { BootReset, BootStart, BootTrouble, BootTroubleKind } from "./boot-start.ts";

/** More kinds than there are; what is beyond is noise. */
const MOST_TROUBLES = 16;

/** A start while its lines come in. */
export class BootDraft {
  chip: ChipId | null;
  romBuild: string | null = null;
  reset: BootReset | null = null;
  boot: BootStart["boot"] = null;
  isDownloadMode = false;
  savedPc: number | null = null;
  elfSha256: string | null = null;
  readonly #troubles = new Map<string, BootTrouble>();

  constructor(chip: ChipId | null) {
    this.chip = chip;
  }

  trouble(kind: BootTroubleKind, text: string, explanation: string): void {
    const times = (this.#troubles.get(text)?.times ?? 0) + 1;
    if (times > 1 || this.#troubles.size < MOST_TROUBLES) this.#troubles.set(text, { kind, text, times, explanation });
  }

  finish(repeats: number): BootStart {
    return {
      chip: this.chip,
      romBuild: this.romBuild,
      reset: this.reset,
      boot: this.boot,
      isDownloadMode: this.isDownloadMode,
      savedPc: this.savedPc,
      troubles: [...this.#troubles.values()],
      elfSha256: this.elfSha256,
      repeats,
    };
  }
}
