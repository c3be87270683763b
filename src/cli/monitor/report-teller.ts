import type { BootReport, CoreDump, CrashReport } from "../../crash.ts";

/** Reports as lines; that the programs are not the device's is said with the first. */
export interface ReportTeller {
  crash(report: CrashReport): readonly string[];
  boot(report: BootReport): readonly string[];
  coreDump(dump: CoreDump): readonly string[];
}

export async function reportTeller(): Promise<ReportTeller> {
  const { bootText, coreDumpText, crashText } = await import("../../crash.ts");
  let isDoubtTold = false;
  return {
    crash: (report) => {
      const lines = crashText(isDoubtTold ? { ...report, doubt: null } : report);
      isDoubtTold ||= report.doubt !== null;
      return lines;
    },
    boot: (report) => bootText(report),
    coreDump: (dump) => coreDumpText(dump),
  };
}
