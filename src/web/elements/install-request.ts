/** A manifest as JSON has it, for a page that looks at it itself. */
export type ManifestJson = Readonly<Record<string, unknown>>;

/** What the firmware on a chip says of itself by Improv. */
export interface DeviceFirmware {
  readonly firmware: string;
  readonly version: string;
  readonly name: string;
  readonly chipFamily: string;
}

/** What a page may decide itself. */
export interface InstallOverrides {
  /** Whether what runs on the chip is what the manifest has; default: its name is the same. */
  readonly checkSameFirmware?: ((manifest: ManifestJson, running: DeviceFirmware) => boolean) | undefined;
}

/** What the dialog is opened with. */
export interface DialogRequest {
  readonly manifest: string | null;
  /** Address of an ELF file by which crashes are explained. */
  readonly elf: string | null;
  readonly lang: string;
  readonly checkSameFirmware: InstallOverrides["checkSameFirmware"] | null;
}
