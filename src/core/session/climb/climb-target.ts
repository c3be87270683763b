import type { LiveSession } from "../session.ts";
import { COMMON_BAUD } from "../talk/common-baud.ts";
import { isWorthClimbing } from "./ladder.ts";

type Climber = Pick<LiveSession, "rate" | "link" | "loader">;

/** The rate that is hoped for when so many bytes go over the line. Pure. */
export function expectedRate(session: Climber, lineBytes: number): number {
  return climbTarget(session, lineBytes) ?? session.link.baudRate;
}

/** How high to climb before so many bytes; null: not at all. Pure. */
export function climbTarget({ rate: { ceiling, climbed }, loader }: Climber, lineBytes: number): number | null {
  if (climbed || ceiling === null || ceiling <= COMMON_BAUD || loader !== "stub") return null;
  return isWorthClimbing(lineBytes) ? ceiling : null;
}
