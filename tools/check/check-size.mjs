// What the built doors cost a page, held against its budget: every file that the page imports, and every file that it loads at
// work, but for the parts of one chip.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUDGETS, BUTTON_BUDGETS, PARTS_APART } from "./size/budgets.mjs";
import { bundlePage, COMMAND } from "./size/bundle-page.mjs";
import { buttonFiles } from "./size/button-files.mjs";
import { loadedFiles } from "./size/loaded-files.mjs";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const isApart = ({ modules }) => modules.every((module) => PARTS_APART.some((part) => part.test(module)));

function withNeeds(names, files, found = new Set()) {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    withNeeds(files.find((file) => file.name === name).needs, files, found);
  }
  return found;
}

async function measure({ imports, run }, outdir) {
  const files = await bundlePage({ dist, imports, outdir });
  const entry = files.find(({ isEntry }) => isEntry).name;
  const atWork = run === undefined ? [] : loadedFiles({ files, entry, outdir, work: run, dist });
  const atStart = withNeeds([entry], files);
  const used = files.filter(({ name }) => atStart.has(name) || atWork.includes(name));
  return used.map((file) => ({
    ...file,
    when: atStart.has(file.name) ? "at the start" : "at work",
    isCounted: atStart.has(file.name) || !isApart(file),
  }));
}

const line = ({ name, sizeBytes, when, isCounted, modules }) =>
  `  ${String(sizeBytes).padStart(6)}  ${name}, ${when}${isCounted ? "" : ", not counted"}: ${modules.length} modules, ${modules.at(-1)}`;

const place = realpathSync(mkdtempSync(join(tmpdir(), "esptool-size-")));
let isOver = false;
try {
  console.log(COMMAND);
  for (const [index, budget] of BUDGETS.entries()) {
    const used = await measure(budget, join(place, String(index)));
    const sizeBytes = used.reduce((sum, file) => sum + (file.isCounted ? file.sizeBytes : 0), 0);
    isOver ||= sizeBytes > budget.bytes;
    console.log(`${budget.page}: ${sizeBytes} bytes of at most ${budget.bytes}`);
    for (const file of used) console.log(line(file));
  }
  for (const { page, entries, bytes } of BUTTON_BUDGETS) {
    const files = buttonFiles(join(dist, "button"), entries);
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    isOver ||= sizeBytes > bytes;
    console.log(`${page}: ${sizeBytes} bytes of at most ${bytes}`);
    for (const file of files) console.log(`  ${String(file.sizeBytes).padStart(6)}  ${file.name}`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
if (isOver) console.error("A page costs more than its budget.");
process.exit(isOver ? 1 : 0);
