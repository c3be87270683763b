import type { CrashReport } from "../../crash.ts";

/** Reports as lines; that the programs are not the device's is said with the first. */
export async function reportTeller(): Promise<(report: CrashReport) => readonly string[]> {
  const { crashText } = await import("../../crash.ts");
  let isDoubtTold = false;
  return (report) => {
    const lines = crashText(isDoubtTold ? { ...report, doubt: null } : report);
    isDoubtTold ||= report.doubt !== null;
    return lines;
  };
}
