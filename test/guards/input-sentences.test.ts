import { readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeHost } from "../../src/cli/host/node-host.ts";
import { runRfc2217Server } from "../../src/cli/rfc2217-server/run-rfc2217-server.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { runEspsecure } from "../../src/cli/run-espsecure.ts";
import { createSerialPort, hostFiles } from "../../src/node.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";

type Run = typeof runCli;

async function run(argv: readonly string[], options: CliHostOptions = {}, program: Run = runCli) {
  const host = testCliHost(options);
  return { code: await program(argv, host), out: host.out(), err: host.err(), stored: host.stored };
}

describe("arguments", () => {
  it.each<[string, Run, string[]]>([
    ["esptool", runCli, ["-p", "virtual:esp32c3", "read-flash", "0", "16", "d\ufffdmp.bin"]],
    ["espefuse", runEspefuse, ["--chip", "esp32c3", "--virt", "--path-efuse-file", "\ufffd.bin", "summary"]],
    ["espsecure", runEspsecure, ["generate-signing-key", "\ufffd.pem"]],
    ["esp-rfc2217-server", runRfc2217Server, ["/dev/tty\ufffd"]],
  ])("that are not UTF-8 are refused, and no other name is written: %s", async (_name, program, argv) => {
    const { code, err, stored } = await run(argv, {}, program);
    expect(code).toBe(2);
    expect(err).toContain("is not text in UTF-8, so the file it names cannot be told.");
    expect([...stored.keys()]).toEqual([]);
  });

  it("of the environment, too", async () => {
    const { code, err } = await run(["version"], { env: { ESPTOOL_CFGFILE: "\ufffd.cfg" } });
    expect([code, err]).toEqual([2, expect.stringContaining("ESPTOOL_CFGFILE is not text in UTF-8")]);
  });

  it("may hold that character in an argument file, which says what it means", async () => {
    const files = { a: new TextEncoder().encode("image-info \ufffd.bin") };
    expect((await run(["@a"], { files })).err).toContain("There is no file '\ufffd.bin'.");
  });

  it("in UTF-16 in a file are told as that", async () => {
    const files = { a: new Uint8Array(readFileSync(new URL("../fixtures/hostile/args_16", import.meta.url))) };
    const { code, err } = await run(["@a"], { files });
    expect(code).toBe(2);
    expect(err).toContain("The argument file 'a' cannot be read: it is text in UTF-16, not in UTF-8.");
  });

  it("may be more in a file than a function takes", async () => {
    const files = { a: new TextEncoder().encode("version ".repeat(200_000)) };
    expect((await run(["@a"], { files })).err).toContain("code: argument.invalid");
  });
});

describe("a file that cannot be read", () => {
  it.each([
    ["EISDIR", "it is a directory"],
    ["ENOTDIR", "a part of its path is not a directory"],
    ["ENAMETOOLONG", "its name is too long"],
    ["ELOOP", "its links lead in a circle"],
    ["EMFILE", "this program has too many files open"],
    ["EACCES", "permission denied"],
    ["EIO", "the device failed"],
  ])("is told in words: %s", async (code, words) => {
    const files = { a: { code } };
    for (const argv of [["image-info", "a"], ["@a"]]) {
      const { err } = await run(argv, { files });
      expect(err).toContain(`cannot be read: ${words}.`);
      expect(err).not.toContain(code);
      expect(err).toContain("hint: ");
    }
  });

  it.skipIf(process.platform === "win32")("is told so by the real system", async () => {
    const folder = await mkdtemp(join(tmpdir(), "esptool-ts-"));
    try {
      await symlink("circle", join(folder, "circle"));
      const { files } = nodeHost();
      const codeOf = (path: string) => files.read(path).then(String, ({ code }: { code: string }) => code);
      expect(await codeOf(folder)).toBe("EISDIR");
      expect(await codeOf(join(folder, "circle"))).toBe("ELOOP");
      expect(await codeOf(join(folder, "x".repeat(300)))).toBe("ENAMETOOLONG");
      expect(await files.read("/dev/null")).toEqual(new Uint8Array(0));
      await expect(hostFiles.read(folder)).rejects.toMatchObject({
        code: "file.unreadable",
        message: expect.stringContaining("it is a directory"),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("a port that is none", () => {
  it.skipIf(process.platform === "win32")("is told as that", async () => {
    for (const path of ["/dev/null", tmpdir()]) {
      const opening = createSerialPort({ path }).open({ baudRate: 115200 }, { data: () => {}, lost: () => {} });
      await expect(opening).rejects.toMatchObject({
        code: "port.failed",
        message: `'${path}' is not a serial port.`,
      });
    }
  });
});
