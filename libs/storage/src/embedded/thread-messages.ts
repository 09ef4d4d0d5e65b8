/** What the thread of the embedded PostgreSQL begins with. */
export interface PostgresThreadData {
  /** Where its files are. */
  readonly folder: string;
  /** The files of an empty database, which a new one begins with where they are there; see `build-template.mjs`. */
  readonly template: string | undefined;
}

/** To the thread: what a connection sends, its end (without bytes), or the end of the thread (without connection). */
export interface ToThread {
  readonly connection?: number;
  readonly bytes?: Uint8Array;
}

/** From the thread: that it is open, why it cannot be, or the reply to what a connection sent; one reply each. */
export interface FromThread {
  readonly opened?: true;
  readonly failure?: { readonly inUse: boolean; readonly message: string };
  readonly connection?: number;
  readonly bytes?: Uint8Array;
}
