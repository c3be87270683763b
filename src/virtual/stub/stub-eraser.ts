import { eraseStep, readRange } from "../loader/flash-work.ts";
import type { Program } from "../machine/cpu.ts";
import type { LoaderHost } from "../machine/loader-host.ts";

const SECTOR = 0x1000;
const BLOCK = 0x10000;

interface Job {
  readonly address: number;
  readonly sizeBytes: number;
  readonly endsAt: number;
  /** It ends with a breakdown of the supply. */
  readonly brownOut: boolean;
  readonly finish: () => void;
  readonly cancel: () => void;
}

/**
 * The erasing of a write: begun ahead of the data and not waited for, so that it overlaps with what comes over the line.
 * Sectors that are blank already are passed over, from the start of the write to the first that is not; all after that
 * one are erased.
 */
export class StubEraser {
  readonly #host: LoaderHost;
  #next = 0;
  #end = 0;
  #passesBlank = false;
  #job: Job | null = null;
  #failed = false;

  constructor(host: LoaderHost) {
    this.#host = host;
  }

  /** A new write. What was begun before is still to end. */
  begin(address: number, sizeBytes: number): void {
    this.#next = Math.floor(address / SECTOR) * SECTOR;
    this.#end = Math.ceil((address + sizeBytes) / SECTOR) * SECTOR;
    this.#passesBlank = true;
  }

  /** One step ahead: a blank sector passed over, or an erase begun if the flash is not busy. */
  *step(): Program {
    if (this.#next >= this.#end) return;
    if (this.#passesBlank) {
      yield* this.idle();
      const sector = yield* readRange(this.#host, this.#next, SECTOR);
      if (sector.every((byte) => byte === 0xff)) {
        this.#next += SECTOR;
        return;
      }
      this.#passesBlank = false;
    }
    if (this.#job === null) this.#start();
  }

  /** Has everything below `address` blank; false when the flash did not do it. Stops for ever beyond what was announced. */
  *blankUpTo(address: number): Program<boolean> {
    while (this.#next < address) {
      if (this.#next >= this.#end) yield "reset";
      yield* this.step();
      if (this.#next < address) yield* this.idle();
    }
    yield* this.idle();
    const failed = this.#failed;
    this.#failed = false;
    return !failed;
  }

  /** Waits until the flash is not erasing. */
  *idle(): Program {
    while (this.#job !== null) {
      const { endsAt, finish, brownOut } = this.#job;
      const left = endsAt - this.#host.board.clock.now();
      if (left > 0) yield left;
      else finish();
      if (left <= 0 && brownOut) yield "reset";
    }
  }

  /** Cut off by a reset: what was being erased is half erased. */
  halt(): void {
    const job = this.#job;
    if (job === null) return;
    this.#drop(job);
    this.#host.flash.erase(job.address, job.sizeBytes, 0.5);
  }

  #start(): void {
    const { flash, pins, board } = this.#host;
    const { faults, timing, clock } = board;
    const address = this.#next;
    const sizeBytes = eraseStep(address, this.#end);
    this.#next += sizeBytes;
    let brownOut = false;
    let failed = !pins.connected;
    for (let sector = address; sector < address + sizeBytes && pins.connected; sector += SECTOR) {
      brownOut ||= faults.brownsOutAt("erase", sector);
      failed ||= faults.failsSector(sector, "erase");
    }
    const ms = (sizeBytes === BLOCK ? timing.eraseBlock64Ms : timing.eraseSectorMs) * (brownOut ? 0.5 : 1);
    const finish = (): void => {
      if (this.#job !== null) this.#drop(this.#job);
      if (brownOut) {
        flash.erase(address, sizeBytes, 0.5);
        this.#host.restart("brown-out");
      } else if (failed) this.#failed = true;
      else flash.erase(address, sizeBytes);
    };
    if (ms === 0 && !brownOut) finish();
    else {
      const cancel = clock.after(ms, finish);
      this.#job = { address, sizeBytes, endsAt: clock.now() + ms, brownOut, finish, cancel };
    }
  }

  #drop(job: Job): void {
    job.cancel();
    this.#job = null;
  }
}
