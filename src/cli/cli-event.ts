import type { ErrorCode, EspEvent, Notice } from "../index.ts";

/** What the command line itself has to say, besides what the library says. An error that ends nothing keeps its code. */
export type CliNoticeCode =
  | "address.decimal"
  | "backup.encrypted"
  | "backup.other-board"
  | "backup.without-table"
  | "bundle.encrypts-later"
  | "bundle.leaves-in-loader"
  | "bundle.problem"
  | "chip.no-id"
  | "config.attempts-without-port"
  | "config.invalid-file"
  | "config.loaded"
  | "config.missing-file"
  | "config.others-file"
  | "config.unknown-options"
  | "config.write-block-attempts"
  | "core-dump.damaged"
  | "efuse.plan"
  | "elf.found"
  | "elf.no-lines"
  | "elf.unread"
  | "nand.options-ignored"
  | "option.no-effect"
  | "partition.crossed"
  | "filesystem.kept"
  | "filesystem.problem"
  | "ota.no-application"
  | "partition.problem"
  | "port.chosen"
  | "read.part-kept"
  | "read.part-moved"
  | "stub.no-legacy"
  | "virtual.exposed"
  | "virtual.listening"
  | "web.listening"
  | MonitorNoticeCode
  | ErrorCode;

export type MonitorNoticeCode =
  | "monitor.back"
  | "monitor.begins"
  | "monitor.bootloader"
  | "monitor.help"
  | "monitor.interrupt-sent"
  | "monitor.log"
  | "monitor.log-failed"
  | "monitor.lost"
  | "monitor.menu"
  | "monitor.not-reset"
  | "monitor.not-sent"
  | "monitor.opened"
  | "monitor.output"
  | "monitor.remark"
  | "monitor.reset"
  | "monitor.search"
  | "monitor.sent"
  | "monitor.skipped"
  | "monitor.timestamps";

type CliNotice = { readonly session: string } & (
  | ({ readonly type: "note" } & Notice<CliNoticeCode>)
  | ({ readonly type: "warning" } & Notice<CliNoticeCode>)
);

/** All that is shown, or a line of `--json`. */
export type CliEvent = EspEvent | CliNotice;
