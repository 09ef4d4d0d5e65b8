import { isObject, isString, ValidateBy } from 'class-validator';
import { say } from '../messages/message';
import { NotTogetherWith, Optional, RULES } from '../rules';
import { NewDocument } from '../search/documents.contract';
import { MOST_CORPUS_TEXTS, SearchOptions } from '../search/search.contract';

/** What to look for, how, and where. */
export class RestSearchRequest extends SearchOptions {
  /** Texts to search instead of a collection, 1 to 256: texts, or documents with metadata; the id of one without is its place in the list, from 0. */
  @Optional()
  @NotTogetherWith('collection', 'minSeq')
  @IsCorpus()
  corpus?: (string | NewDocument)[];
}

/** A list of 1 to 256 texts and objects; that each is as a document must be is checked where the texts become documents. */
function IsCorpus(): PropertyDecorator {
  return ValidateBy({
    name: RULES.corpus,
    constraints: [NewDocument.name],
    validator: {
      validate: (value) =>
        Array.isArray(value) && value.length >= 1 && value.length <= MOST_CORPUS_TEXTS && value.every((item) => isString(item) || isPlainObject(item)),
      defaultMessage: (fault) =>
        say`${fault?.property ?? 'corpus'} must be a list of 1 to ${MOST_CORPUS_TEXTS} texts or documents {id?, text, metadata?}`.text,
    },
  });
}

function isPlainObject(value: unknown): boolean {
  return isObject(value) && !Array.isArray(value);
}
