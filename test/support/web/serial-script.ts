import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The virtual chips behind `navigator.serial`, as a script that runs before a page's own. */
export async function serialScript(): Promise<string> {
  const bundle = await rolldown({
    cwd: root,
    input: join(root, "test/support/web/page-serial.ts"),
    platform: "browser",
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
  });
  const { output } = await bundle.generate({ format: "iife", codeSplitting: false, minify: true });
  await bundle.close();
  return output[0].code;
}
