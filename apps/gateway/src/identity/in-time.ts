/** How long the database may take to answer what a request waits for, in milliseconds. */
export const ANSWER_MS = 3_000;

/** What a promise resolves with; rejects where that takes longer than {@link ANSWER_MS}. */
export async function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new Error('no answer in time')); }, ANSWER_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
