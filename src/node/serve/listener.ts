/** A server that listens. Apart from what makes one, so that the public types need none of Node's. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  /** Stops listening and hangs up on everybody. */
  close(): Promise<void>;
}
