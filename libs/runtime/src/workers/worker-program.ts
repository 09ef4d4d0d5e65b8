/** A program that runs on worker threads: built to `<name>-worker.js` beside the running program; `Tasks` is the type of its tasks. */
export interface WorkerProgram<Tasks> {
  /** Name in files and metrics. */
  readonly name: string;
  /** The vector operations that tasks count as in the metrics, by task. */
  readonly operations?: Readonly<Partial<Record<keyof Tasks, string>>>;
  /** Errors that tasks throw and that keep their class on the way out of the thread. */
  readonly errors: readonly (abstract new (...args: never) => Error)[];
  /** Types of the tasks; never set. */
  readonly tasks?: Tasks;
}

/** What the file of a program exports: a function that makes its tasks, once a thread, from the folder of assets. */
export type OpenProgram<Tasks> = (assets: string) => Tasks;

/** What a task works on. */
export type ItemOf<Task> = Task extends (item: infer Item, ...options: never) => unknown ? Item : never;

/** What a task is told beside its item. */
export type OptionsOf<Task> = Task extends (item: never, ...options: infer Options) => unknown ? Options : never;

/** What a task makes of an item. */
export type ResultOf<Task> = Task extends (...args: never) => infer Result ? Result : never;

/** What each thread is given when it starts. */
export interface ThreadData {
  /** Folder of the programs. */
  readonly folder: string;
  /** Folder of the assets. */
  readonly assets: string;
}

/** A turn of work: one task with each of some items, as many as can be done in the time. */
export interface Turn {
  readonly program: string;
  /** Name of the task; without one the program is made ready and nothing else is done. */
  readonly task: string;
  readonly items: readonly unknown[];
  readonly options: readonly unknown[];
  /** Milliseconds after which no other item is begun. */
  readonly forMs: number;
}

/** An error on its way out of a thread. */
export interface TurnFailure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Its own fields of plain values, such as a `reason`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What came of a turn: the results of the first items, at least one if there was any, and the seconds each took; or the failure of one. */
export interface TurnOutcome {
  readonly results: readonly unknown[];
  readonly seconds: readonly number[];
  readonly failure?: TurnFailure;
}
