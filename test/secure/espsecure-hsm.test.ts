import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nodeHost } from "../../src/cli/host/node-host.ts";
import { testCliHost } from "../support/cli-host.ts";
import { type EspsecureRun, espsecureOn, resultOf } from "../support/secure/espsecure-line.ts";
import { startSoftHsm, USER_PIN } from "../support/secure/soft-hsm.ts";
import { tellSkipped } from "../support/skipping.ts";

/** Signing with a hardware module from the command line to the module: SoftHSM. */

const hsm = await startSoftHsm();
if (typeof hsm === "string") tellSkipped(`hardware modules: ${hsm}`);
const folder = mkdtempSync(join(tmpdir(), "espsecure-hsm-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (typeof hsm !== "string") hsm.remove();
});

const { files, openHsm } = nodeHost();

async function run(line: string): Promise<EspsecureRun> {
  const host = { ...testCliHost(), files, openHsm };
  return await espsecureOn(host, line.replaceAll("{}", `${folder}/`));
}

/** Configuration for a token with one pair, labelled as the reference's own tests have it. */
function configure(name: string, type: "rsa3072" | "p256" | "p384" | "p192", pin = USER_PIN): void {
  if (typeof hsm === "string") return;
  const label = "Private Key for Digital Signature";
  const publicLabel = "Public Key for Digital Signature";
  const slot = hsm.addToken(name, [{ type, label, publicLabel }]);
  const ini = `[hsm_config]\npkcs11_lib = ${hsm.library}\ncredentials = ${pin}\nslot = ${slot}\nlabel = ${label}\n`;
  writeFileSync(join(folder, `${name}.ini`), `${ini}label_pubkey = ${publicLabel}\n`);
}

describe.skipIf(typeof hsm === "string")("espsecure with a hardware module", () => {
  it.each(["rsa3072", "p256", "p384", "p192"] as const)("signs with %s, and verifies", async (type) => {
    configure(type, type);
    writeFileSync(join(folder, "app.bin"), new Uint8Array(5000).fill(1));
    const signed = await run(`sign-data -v 2 --hsm --hsm-config {}${type}.ini -o {}signed.bin {}app.bin`);
    expect([signed.code, signed.err]).toEqual([0, ""]);
    const verified = await run(`--json verify-signature -v 2 --hsm --hsm-config {}${type}.ini {}signed.bin`);
    expect(resultOf(verified)).toMatchObject({ ok: true, verdict: "verified" });
  });

  it("appends the signatures of three tokens", async () => {
    writeFileSync(join(folder, "app.bin"), new Uint8Array(4096).fill(2));
    for (const name of ["token-1", "token-2", "token-3"]) {
      configure(name, "p256");
      const signed = await run(`sign-data -v 2 -a --hsm --hsm-config {}${name}.ini {}app.bin`);
      expect([signed.code, signed.err]).toEqual([0, ""]);
    }
    expect(readFileSync(join(folder, "app.bin")).length).toBe(8192);
    for (const name of ["token-1", "token-2", "token-3"]) {
      expect((await run(`verify-signature -v 2 --hsm --hsm-config {}${name}.ini {}app.bin`)).code).toBe(0);
    }
  });

  it("fails with the module's reason, and leaves the file alone", async () => {
    configure("closed", "p256", "9999");
    writeFileSync(join(folder, "app.bin"), "app");
    const closed = await run("--debug sign-data -v 2 --hsm --hsm-config {}closed.ini {}app.bin");
    expect([closed.code, closed.failure]).toEqual([2, "hsm.wrong-pin"]);
    expect(closed.err).not.toContain("9999");
    const missing = readFileSync(join(folder, "closed.ini"), "utf8").replace(/slot = \d+/, "slot = 4242");
    writeFileSync(join(folder, "missing.ini"), missing);
    const none = await run("sign-data -v 2 --hsm --hsm-config {}missing.ini {}app.bin");
    expect([none.code, none.failure]).toEqual([2, "hsm.slot-missing"]);
    expect(readFileSync(join(folder, "app.bin"), "utf8")).toBe("app");
  });
});
