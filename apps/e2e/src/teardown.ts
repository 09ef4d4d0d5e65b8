const endings: (() => Promise<void>)[] = [];

/** Registers the end of something that a test file started. */
export function atTheEnd(end: () => Promise<void>): void {
  endings.push(end);
}

/** Ends whatever the test file started, last first; what has ended already stays ended. */
export async function endEverything(): Promise<void> {
  for (const end of endings.splice(0).reverse()) await end();
}
