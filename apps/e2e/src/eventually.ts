const PATIENCE_MS = 30_000;

/** The first result of `look` that passes `isDone`; fails with the last one when none does for long. */
export async function eventually<Result>(look: () => Promise<Result>, isDone: (result: Result) => boolean): Promise<Result> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const result = await look();
    if (isDone(result)) return result;
    if (Date.now() > deadline) throw new Error(`it did not come about; last seen: ${JSON.stringify(result).slice(0, 500)}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
