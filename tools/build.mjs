// Builds dist/: the doors, one file a module, with their types beside them; the programs, in few files that load fast; the
// driver of serial ports; the install button to be included by a page; the licences of what was built in.
import { rmSync, writeFileSync } from "node:fs";
import { buildBinding } from "./build/build-binding.mjs";
import { buildButton } from "./build/build-button.mjs";
import { buildDeclarations } from "./build/build-declarations.mjs";
import { buildDoors } from "./build/build-doors.mjs";
import { buildPrograms } from "./build/build-programs.mjs";
import { buildSite } from "./build/build-site.mjs";
import { dist, root } from "./build/entries.mjs";
import { builtIn, noticeText } from "./build/third-party.mjs";

rmSync(dist, { recursive: true, force: true });
const files = [
  ...(await buildDoors()),
  ...(await buildPrograms()),
  ...(await buildBinding({ root, dist })),
  ...(await buildSite()),
  ...(await buildButton(`${dist}button`)),
];
await buildDeclarations(dist);
writeFileSync(`${dist}THIRD-PARTY-LICENSES.txt`, noticeText(builtIn(root, files)));
