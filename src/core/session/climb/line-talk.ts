import { sleep } from "../../clock.ts";
import { CHANGE_BAUDRATE, FLASH_BEGIN, FLASH_DATA } from "../../wire/commands.ts";
import { boardOf, loadLearnt } from "../facts/load-learnt.ts";
import type { LiveSession, StubSession } from "../session.ts";
import { switchTo } from "../talk/change-baud.ts";
import { COMMON_BAUD } from "../talk/common-baud.ts";
import { PACKET_BYTES, readPacket } from "../talk/read-packet.ts";
import { isTransient, repeatable } from "../talk/resynchronise.ts";
import { syncOnce } from "../talk/sync.ts";
import { RUNGS } from "./ladder.ts";

/** What a rate is searched with, besides what only that needs: given, because the search is a part of its own. */
export interface LineTalk {
  readonly sleep: typeof sleep;
  readonly CHANGE_BAUDRATE: typeof CHANGE_BAUDRATE;
  readonly FLASH_BEGIN: typeof FLASH_BEGIN;
  readonly FLASH_DATA: typeof FLASH_DATA;
  readonly boardOf: typeof boardOf;
  readonly loadLearnt: typeof loadLearnt;
  readonly switchTo: typeof switchTo;
  readonly lowestRate: number;
  readonly packetBytes: number;
  readonly readPacket: typeof readPacket;
  readonly isTransient: typeof isTransient;
  readonly repeatable: typeof repeatable;
  readonly syncOnce: typeof syncOnce;
  readonly rungs: typeof RUNGS;
}

export const LINE_TALK: LineTalk = {
  sleep,
  CHANGE_BAUDRATE,
  FLASH_BEGIN,
  FLASH_DATA,
  boardOf,
  loadLearnt,
  switchTo,
  lowestRate: COMMON_BAUD,
  packetBytes: PACKET_BYTES,
  readPacket,
  isTransient,
  repeatable,
  syncOnce,
  rungs: RUNGS,
};

/** One session whose rate is searched. */
export interface RateSearch<Of extends LiveSession = StubSession> {
  readonly session: Of;
  readonly talk: LineTalk;
}
