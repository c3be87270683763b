// `npm audit`, where the registry at hand answers such questions; where it does not, that is said in a line. Fails on known
// vulnerabilities of moderate severity or more. Another folder may be named, for the tests.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const LEVELS = ["moderate", "high", "critical"];
const cwd = process.argv[2] ?? fileURLToPath(new URL("../..", import.meta.url));
const { stdout } = spawnSync("npm", ["audit", "--json", "--package-lock-only"], {
  cwd,
  encoding: "utf8",
  shell: process.platform === "win32",
});

function readAnswer() {
  try {
    return JSON.parse(stdout);
  } catch {
    return {};
  }
}

const answer = readAnswer();
const counts = answer.metadata?.vulnerabilities;
if (answer.auditReportVersion === undefined || counts === undefined) {
  // The message of npm names the host, which is nobody's business here.
  const reason = answer.statusCode ?? answer.error?.code ?? "no report";
  console.log(`npm audit: this registry does not answer (${reason}); nothing is known about vulnerabilities`);
  process.exit(0);
}
const grave = LEVELS.reduce((sum, level) => sum + (counts[level] ?? 0), 0);
console.log(`npm audit: known vulnerabilities: ${counts.total}, ${grave} of them moderate or more`);
for (const { name, severity, range, via } of Object.values(answer.vulnerabilities ?? {}))
  console.log(`  ${severity}: ${name} ${range}: ${via.map((cause) => cause.title ?? cause).join("; ")}`);
process.exit(grave > 0 ? 1 : 0);
