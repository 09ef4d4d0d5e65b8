import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { defineContract } from '../contract';
import { IsListCursor } from '../list-cursor';
import { Optional } from '../rules';
import { IsCollectionName, IsStorable } from './collection-rules';

/** Most characters of what a collection says of itself. */
const LONGEST_DESCRIPTION = 1_000;

/** States of the job that embeds the documents of a collection by another model. */
export const REEMBEDDING_STATES = ['waiting', 'running', 'failed'] as const;

/** One of {@link REEMBEDDING_STATES}. */
export type ReembeddingState = (typeof REEMBEDDING_STATES)[number];

/** What a collection is to be. */
export class CollectionSettings {
  /** What it is for, at most 1,000 characters; what was said before stays when absent. */
  @Optional()
  @IsStorable()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string;

  /** Id of the model that embeds its documents; that of the installation, or the one it has, when absent. Another one makes a job that embeds all of them again, while searches go on with the one before. */
  @Optional()
  @IsString()
  @MaxLength(63)
  model?: string;
}

/** A collection to make, or to change where it is there. */
export class PutCollectionRequest extends CollectionSettings {
  /** Its name. */
  @IsCollectionName()
  name!: string;
}

/** A collection, by its name. */
export class CollectionNameRequest {
  /** Its name. */
  @IsCollectionName()
  name!: string;
}

/** Which collections to list. */
export class ListCollectionsRequest {
  /** How many to list at most, 1 to 100. */
  @Optional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number = 50;

  /** Where to go on: `nextCursor` of the reply before. */
  @Optional()
  @IsListCursor()
  cursor?: string;
}

/** How the job that embeds a collection by another model fares. */
export class Reembedding {
  /** Id of the model that the documents will be embedded by. */
  model!: string;

  /** What it is doing. */
  state!: ReembeddingState;

  /** Documents that are done. */
  done!: number;

  /** Documents that there are. */
  total!: number;

  /** Why it failed; absent where it did not. */
  reason?: string;
}

/** A collection of documents. */
export class CollectionResponse {
  /** Whose it is: a subject; names are unique for each. */
  owner!: string;

  /** Its name. */
  name!: string;

  /** What it is for; null where nobody said. */
  description!: string | null;

  /** Documents in it. */
  documents!: number;

  /** Bytes of their texts and metadata, in UTF-8. */
  bytes!: number;

  /** Id of the model that their embeddings are of. */
  model!: string;

  /** When it was made, as ISO 8601 in UTC. */
  createdAt!: string;

  /** Number of its last change. */
  seq!: number;

  /** Number of the last change that searches of the answering process see. */
  indexedSeq!: number;

  /** The job that embeds it by another model, where there is one. */
  @Type(() => Reembedding)
  reembedding?: Reembedding;
}

/** Collections. */
export class ListCollectionsResponse {
  /** The collections, by name; where those of all owners are asked for, by owner and then by name. */
  @Type(() => CollectionResponse)
  collections!: CollectionResponse[];

  /** What to give as `cursor` to go on; null where there are no more. */
  nextCursor!: string | null;
}

/** Makes a collection, or changes one. */
export const putCollection = defineContract({ subject: 'search.v1.put-collection', request: PutCollectionRequest, response: CollectionResponse, isIdempotent: true });

/** Gives a collection. */
export const getCollection = defineContract({ subject: 'search.v1.get-collection', request: CollectionNameRequest, response: CollectionResponse, isIdempotent: true });

/** Removes a collection with all its documents, and gives it a last time. */
export const deleteCollection = defineContract({
  subject: 'search.v1.delete-collection',
  request: CollectionNameRequest,
  response: CollectionResponse,
  isIdempotent: true,
});

/** Lists the collections by name. */
export const listCollections = defineContract({
  subject: 'search.v1.list-collections',
  request: ListCollectionsRequest,
  response: ListCollectionsResponse,
  isIdempotent: true,
});
