import { describe, expect, it } from "vitest";
import type { OpenPortSettings } from "../../src/cli/host/host.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { EspError, type Port } from "../../src/index.ts";
import { type CliHostOptions, type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { delegatePort } from "../support/port/delegate-port.ts";

const CHIP = "virtual:esp32c3";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const config = (...lines: string[]): Uint8Array => bytes(["[esptool]", ...lines].join("\n"));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(argv: readonly string[], options: CliHostOptions = {}, host = testCliHost(options)): Promise<Run> {
  const code = await runCli(argv, host);
  return { code, out: host.out(), err: host.err() };
}

/** A world whose ports are looked over while they are opened. */
function watchedHost(options: CliHostOptions, wrap: (port: Port) => Port) {
  const base = testCliHost(options);
  const settings: (OpenPortSettings | undefined)[] = [];
  const host: TestCliHost = {
    ...base,
    openPort: async (text, given) => {
      settings.push(given);
      return wrap(await base.openPort(text));
    },
  };
  return { host, settings };
}

/** Opening fails so many times, then works. */
function failingPort(failures: number, code: "port.missing" | "port.unsupported" = "port.missing") {
  const state = { tries: 0 };
  const wrap = (port: Port): Port =>
    delegatePort(port, {
      open: async (options, sink) => {
        if (++state.tries <= failures)
          throw new EspError(code, "There is no port COM9.", { details: { path: "COM9" } });
        await port.open(options, sink);
      },
    });
  return { state, wrap };
}

describe("the configuration file", () => {
  it.each<[string, string, string]>([
    ["the working directory", "/project/esptool.cfg", ""],
    ["setup.cfg", "/project/setup.cfg", ""],
    ["tox.ini", "/project/tox.ini", ""],
    ["the user's configuration", "/home/me/.config/esptool/esptool.cfg", ""],
    ["the home directory", "/home/me/tox.ini", ""],
    ["ESPTOOL_CFGFILE", "/etc/tool.ini", " (set with ESPTOOL_CFGFILE)"],
    ["ESPTOOL_CFGFILE, relative", "/project/sub/tool.ini", " (set with ESPTOOL_CFGFILE)"],
  ])("is found: %s", async (_where, path, suffix) => {
    const env = { ESPTOOL_CFGFILE: suffix === "" ? "" : path.replace("/project/", "") };
    const { out, code } = await run(["version"], { env, files: { [path]: config("timeout = 2") } });
    expect(code).toBe(0);
    expect(out).toMatch(/^esptool v5\.3\.1 .*\nLoaded /);
    expect(out).toContain(`\nLoaded custom configuration from ${path}${suffix}\n`);
  });

  it("is looked for in Windows' places on Windows", async () => {
    const place = { workingDirectory: "C:\\work", homeDirectory: "C:\\Users\\me", isWindows: true };
    const path = "C:\\Users\\me\\AppData\\Local\\esptool\\esptool.cfg";
    const { out } = await run(["version"], { place, files: { [path]: config() } });
    expect(out).toContain(`Loaded custom configuration from ${path}\n`);
  });

  it("counts in order, a file without the section not at all", async () => {
    const files = {
      "/project/esptool.cfg": bytes("[other]\nx = 1"),
      "/project/tox.ini": config("timeout = 1"),
      "/home/me/esptool.cfg": config("timeout = 2"),
    };
    const near = await run(["version"], { files });
    expect(near.out).toContain("from /project/tox.ini\n");
    expect(near.out.match(/Loaded/g)).toHaveLength(1);
    const named = await run(["version"], { files, env: { ESPTOOL_CFGFILE: "/home/me/esptool.cfg" } });
    expect(named.out).toContain("from /home/me/esptool.cfg (set with ESPTOOL_CFGFILE)\n");
  });

  it("that does not parse is passed over with a note", async () => {
    const files = {
      "/project/esptool.cfg": config("connect_attempts = 1", "connect_attempts = 2"),
      "/project/setup.cfg": Uint8Array.of(0xff, 0xfe, 0),
      "/project/tox.ini": { code: "EACCES" },
      "/home/me/setup.cfg": { code: "EISDIR" },
      "/home/me/tox.ini": config("timeout = 1"),
    };
    const { out, code } = await run(["version"], { files, env: { ESPTOOL_CFGFILE: "nowhere.cfg" } });
    expect(code).toBe(0);
    const invalid = out.split("\n").filter((line) => line.startsWith("Note: Ignoring invalid config file "));
    expect(invalid).toHaveLength(3);
    expect(invalid[0]).toMatch(
      /\/project\/esptool\.cfg: .*option 'connect_attempts' in section 'esptool' already exists$/,
    );
    expect(out).toContain("/project/nowhere.cfg, which ESPTOOL_CFGFILE names");
    expect(out).toContain("Loaded custom configuration from /home/me/tox.ini\n");
  });

  it("that somebody else can change is passed over with a word, unless it is named", async () => {
    const path = "/project/esptool.cfg";
    const options = {
      files: { [path]: config("connect_attempts = x"), "/project/tox.ini": bytes("[other]") },
      othersFiles: [path, "/project/tox.ini"],
    };
    const { out, code } = await run(["-p", CHIP, "read-mac"], options);
    expect(code).toBe(0);
    expect(out).toContain(`Warning: Ignoring config file ${path}: other users of this computer can change it.`);
    expect(out).toContain(`ESPTOOL_CFGFILE=${path}`);
    expect(out).not.toMatch(/tox\.ini|Loaded/);
    const named = await run(["-p", CHIP, "read-mac"], { ...options, env: { ESPTOOL_CFGFILE: path } });
    expect(named.code).toBe(2);
    expect(named.err).toContain("connect_attempts");
  });

  it("of somebody else is told by espefuse, too, which says nothing of others", async () => {
    const path = "/project/esptool.cfg";
    const host = testCliHost({ files: { [path]: config("timeout = 2") }, othersFiles: [path] });
    expect(await runEspefuse(["--chip", "esp32c3", "--virt", "get-custom-mac"], host)).toBe(0);
    expect(host.out()).toContain(`Warning: Ignoring config file ${path}:`);
  });

  it("in UTF-16 is told as that", async () => {
    const text = Uint8Array.from(Buffer.from("\ufeff[esptool]\n", "utf16le"));
    const { out } = await run(["version"], { files: { "/project/esptool.cfg": text } });
    expect(out).toContain("Ignoring invalid config file /project/esptool.cfg: it is text in UTF-16");
  });

  it("with options that do not exist is taken, and they are named", async () => {
    const files = (...lines: string[]) => ({ "/project/esptool.cfg": config(...lines) });
    const several = await run(["version"], { files: files("timoout = 3", "bits = 2", "timeout = 3") });
    expect(several.out).toContain(
      "Note: Ignoring unknown config file options: bits, timoout (did you mean timeout?)\n",
    );
    const one = await run(["version"], { files: files("bits = 2") });
    expect(one.out).toContain("Note: Ignoring unknown config file option: bits\n");
    const json = await run(["--json", "version"], { files: files("bits = 2") });
    const lines = json.out
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([{ code: "config.loaded" }, { code: "config.unknown-options" }, { type: "result" }]);
    const silent = await run(["-s", "version"], { files: files("bits = 2") });
    expect(silent.out).toBe("");
  });

  it("is not spoken of where stdout belongs to the command", async () => {
    const { out } = await run(["completion", "bash"], { files: { "/project/esptool.cfg": config("bits = 2") } });
    expect(out).toMatch(/^# Completion/);
    expect(out).not.toContain("Loaded");
  });
});

describe("what the configuration changes", () => {
  const files = (...lines: string[]) => ({ "/project/esptool.cfg": config(...lines) });

  it("timeouts, seen in the trace", async () => {
    const settings = ["timeout = 5", "sync_timeout: .25", "md5_timeout_per_mb = 90", "max_timeout = 6.5"];
    const argv = ["-t", "-p", CHIP, "verify-flash", "0", "ff.bin"];
    const { out, code } = await run(argv, {
      files: { ...files(...settings), "ff.bin": new Uint8Array(1e5).fill(255) },
    });
    expect(code).toBe(0);
    expect(out).toMatch(/Cmd SYNC \(0x08\) .* timeout 0\.250 /);
    expect(out).toMatch(/Cmd READ_REG \(0x0a\) .* timeout 5\.000 /);
    expect(out).toMatch(/Cmd SPI_FLASH_MD5 \(0x13\) .* timeout 6\.500 /);
  });

  it("the highest timeout along with that for erasing the chip", async () => {
    const erase = async (...lines: string[]) =>
      /Cmd ERASE_FLASH \(0xd0\) .* timeout (\d+\.\d+) /.exec(
        (await run(["-t", "-p", CHIP, "erase-flash"], { files: files(...lines) })).out,
      )?.[1];
    expect(await erase("chip_erase_timeout = 300")).toBe("300.000");
    expect(await erase("chip_erase_timeout = 300", "max_timeout = 20")).toBe("20.000");
    expect(await erase("timeout = 3")).toBe("120.000");
  });

  it("how often it is tried to connect; line and environment count more", async () => {
    const silent = ["-p", CHIP, "--before", "no-reset", "read-mac"];
    const dots = async (argv: readonly string[], env = {}) =>
      /Connecting\.\.\.(\.*)\n/.exec((await run(argv, { files: files("connect_attempts = 2"), env })).out)?.[1]?.length;
    expect(await dots(silent)).toBe(10);
    expect(await dots([...silent, "--connect-attempts", "3"])).toBe(15);
    expect(await dots(silent, { ESPTOOL_CONNECT_ATTEMPTS: "1" })).toBe(5);
  });

  it("the reset into the bootloader", async () => {
    const sequence = async (...lines: string[]) =>
      /"sequence":"([^"]*)"/.exec((await run(["--json", "-p", CHIP, "read-mac"], { files: files(...lines) })).out)?.[1];
    expect(await sequence()).toMatch(/ 50 ms$/);
    expect(await sequence("reset_delay = 0.2")).toMatch(/ 200 ms$/);
    expect(await sequence("custom_reset_sequence = D0|R1|W0.1|D1|R0|W0.05|D0")).toBe("custom reset");
    expect(await sequence("custom_reset_sequence =")).toMatch(/ 50 ms$/);
  });

  it("the reset out of it", async () => {
    const lines: string[] = [];
    const settings = files("custom_hard_reset_sequence = R1|W0.3|R0|D1|D0");
    const { host } = watchedHost({ files: settings }, (port) =>
      delegatePort(port, {
        setLines: async ({ dtr, rts }) => {
          lines.push(`${Number(dtr)}${Number(rts)}`);
          await port.setLines({ dtr, rts });
        },
      }),
    );
    expect((await run(["-p", CHIP, "read-mac"], {}, host)).code).toBe(0);
    expect(lines.slice(-4)).toEqual(["01", "00", "10", "00"]);
  });

  it("how long the system may take to accept data", async () => {
    const { host, settings } = watchedHost({ files: files("serial_write_timeout = 2.5") }, (port) => port);
    await run(["-p", CHIP, "read-mac"], {}, host);
    expect(settings).toMatchObject([{ writeTimeoutMs: 2500 }]);
  });

  it("nothing by write_block_attempts, which --verbose tells", async () => {
    const settings = files("write_block_attempts = 5");
    const quiet = await run(["-p", CHIP, "read-mac"], { files: settings });
    expect(quiet.out).not.toContain("write_block_attempts");
    const verbose = await run(["-v", "-p", CHIP, "read-mac"], { files: settings });
    expect(verbose.out).toContain("Note: The configuration option write_block_attempts is ignored");
  });

  it.each<[string, string]>([
    ["timeout = soon", "config.invalid"],
    ["timeout = 0", "config.invalid"],
    ["sync_timeout = -1", "config.invalid"],
    ["reset_delay = nan", "config.invalid"],
    ["serial_write_timeout = 0x10", "config.invalid"],
    ["connect_attempts = 1.5", "config.invalid"],
    ["open_port_attempts = -1", "config.invalid"],
    ["write_block_attempts =", "config.invalid"],
    ["timeout = 5%", "config.invalid"],
    ["custom_reset_sequence = F0", "connect.reset-sequence"],
    ["custom_reset_sequence = D0|W", "connect.reset-sequence"],
    ["custom_hard_reset_sequence = R1|__import__('os')", "connect.reset-sequence"],
  ])("nothing where it is wrong: %s", async (line, code) => {
    const host = testCliHost({ files: files(line) });
    const { err, code: exit } = await run(["-p", CHIP, "read-mac"], {}, host);
    expect(exit).toBe(2);
    expect(err).toContain(`  code: ${code}\n`);
    expect(host.openedPorts).toEqual([]);
    if (code === "connect.reset-sequence") expect(err).toContain("Invalid custom reset sequence option format:");
    // A command that needs none of it works.
    expect((await run(["version"], { files: files(line) })).code).toBe(0);
  });

  it("is told by file, option and value", async () => {
    const { out } = await run(["--json", "-p", CHIP, "read-mac"], { files: files("timeout = soon") });
    expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      code: "config.invalid",
      details: { file: "/project/esptool.cfg", key: "timeout", value: "soon" },
    });
  });
});

describe("opening the port again and again", () => {
  it("goes on until it works, a dot for each second", async () => {
    const { state, wrap } = failingPort(25);
    const { host } = watchedHost({ env: { ESPTOOL_OPEN_PORT_ATTEMPTS: "0" } }, wrap);
    const { out, code } = await run(["-p", CHIP, "read-mac"], {}, host);
    expect(code).toBe(0);
    expect(state.tries).toBe(26);
    expect(out).toContain("\nThere is no port COM9.\nRetrying failed connection...\nConnecting...");
  });

  it("ends after as many times as the file says, the environment counting more", async () => {
    const files = { "/project/esptool.cfg": config("open_port_attempts = 4") };
    for (const [env, tries] of [
      [{}, 4],
      [{ ESPTOOL_OPEN_PORT_ATTEMPTS: "2" }, 2],
    ] as const) {
      const { state, wrap } = failingPort(100);
      const { host } = watchedHost({ files, env }, wrap);
      const { err, code } = await run(["-p", CHIP, "read-mac"], {}, host);
      expect(code).toBe(2);
      expect(err).toContain("  code: port.missing\n");
      expect(state.tries).toBe(tries);
    }
  });

  it("tries to connect as often as --connect-attempts says, each time", async () => {
    const env = { ESPTOOL_OPEN_PORT_ATTEMPTS: "3" };
    const argv = ["-p", CHIP, "--before", "no-reset", "--connect-attempts", "2", "read-mac"];
    const { out, err } = await run(argv, { env });
    expect(out.match(/Connecting\.{13}\n/g)).toHaveLength(3);
    expect(out).toContain("Retrying failed connection.\n");
    expect(err).toMatch(/A fatal error occurred: Failed to connect to /);
  });

  it("is not done for what no repetition mends, nor without --port", async () => {
    const env = { ESPTOOL_OPEN_PORT_ATTEMPTS: "0" };
    const { state, wrap } = failingPort(5, "port.unsupported");
    const refused = await run(["-p", CHIP, "read-mac"], {}, watchedHost({ env }, wrap).host);
    expect(refused.err).toContain("  code: port.unsupported\n");
    expect(state.tries).toBe(1);
    expect((await run(["-p", CHIP, "-c", "esp32", "read-mac"], { env })).err).toContain("  code: connect.wrong-chip\n");
    const none = await run(["read-mac"], { env });
    expect(none.out).toContain("Warning: ESPTOOL_OPEN_PORT_ATTEMPTS can only be used with --port; it is ignored.");
    expect(none.err).toContain("  code: port.none-found\n");
  });

  it("stops on Ctrl-C", async () => {
    const { wrap } = failingPort(Number.POSITIVE_INFINITY);
    const { host } = watchedHost({ env: { ESPTOOL_OPEN_PORT_ATTEMPTS: "0" } }, wrap);
    const { write } = host.stdout;
    host.stdout.write = (text) => {
      write(text);
      if (text === "Retrying failed connection") host.interrupt();
    };
    expect(await run(["-p", CHIP, "read-mac"], {}, host)).toMatchObject({ code: 130, err: "\nInterrupted.\n" });
  });

  it.each(["many", "-1", "1.5"])("refuses ESPTOOL_OPEN_PORT_ATTEMPTS=%s", async (text) => {
    const { err, code } = await run(["-p", CHIP, "read-mac"], { env: { ESPTOOL_OPEN_PORT_ATTEMPTS: text } });
    expect(code).toBe(2);
    expect(err).toContain("  code: argument.invalid\n");
  });
});
