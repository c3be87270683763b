/** A flasher stub as the generated modules carry it. */
export interface StubModule {
  readonly entry: number;
  /** Base64. */
  readonly text: string;
  readonly textStart: number;
  /** Base64. */
  readonly data: string;
  readonly dataStart: number;
  readonly bssStart: number | null;
  /** Hexadecimal, pinned in the build. */
  readonly textSha256: string;
  readonly dataSha256: string;
}
