/** What a screen that is frozen would have shown. */
export interface HeldPiece {
  readonly text: string;
  readonly ends: boolean;
}

const MOST_CHARACTERS = 1024 * 1024;

/** Text that waits for a frozen screen; the oldest goes when it becomes too much. */
export class HeldText {
  #pieces: HeldPiece[] = [];
  #characters = 0;
  #dropped = 0;

  hold(piece: HeldPiece): void {
    this.#pieces.push(piece);
    this.#characters += piece.text.length;
    while (this.#characters > MOST_CHARACTERS) {
      const oldest = this.#pieces.shift();
      this.#characters -= oldest?.text.length ?? 0;
      this.#dropped += oldest?.text.length ?? 0;
    }
  }

  /** All of it, and how many characters are lost. */
  release(): { readonly pieces: readonly HeldPiece[]; readonly dropped: number } {
    const released = { pieces: this.#pieces, dropped: this.#dropped };
    this.#pieces = [];
    this.#characters = 0;
    this.#dropped = 0;
    return released;
  }
}
