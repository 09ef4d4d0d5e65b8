/** Work on an index that this thread has not open, be it that it never had, or that it gave it up; open it again. */
export class IndexNotOpenError extends Error {
  override readonly name = 'IndexNotOpenError';

  constructor() {
    super('the index is not open in this thread');
  }
}

/** A change that could not be made as a whole: the index was closed, and is to be opened again from its snapshot. */
export class ChangeFailedError extends Error {
  override readonly name = 'ChangeFailedError';

  constructor(options?: ErrorOptions) {
    super('a change could not be made; the index has to be opened again', options);
  }
}

/** A search that found texts of more bytes than an answer can have. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';

  constructor() {
    super('the texts that were found are more than an answer can hold');
  }
}
