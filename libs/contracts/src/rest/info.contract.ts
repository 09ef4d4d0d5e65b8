import { Type } from 'class-transformer';
import { EmbeddingModel } from '../nlp/models.contract';

/** The limits in force. */
export class InfoLimits {
  /** Characters of one text. */
  textCharacters!: number;

  /** Texts of one call. */
  textsPerCall!: number;

  /** Vectors of one call. */
  vectorsPerCall!: number;

  /** Documents of one call that keeps some. */
  documentsPerCall!: number;

  /** Texts of a corpus that stands in a search itself. */
  corpusTexts!: number;

  /** Metadata keys of a document. */
  metadataKeys!: number;

  /** Bytes of a document's metadata, as JSON. */
  metadataBytes!: number;

  /** Results of one search. */
  topK!: number;

  /** Bytes of a request's body. */
  bodyBytes!: number;

  /** Bytes of the body of a request that carries vectors or documents. */
  vectorBodyBytes!: number;

  /** Time of one request, in milliseconds. */
  requestTimeoutMs!: number;
}

/** A service behind the gateway. */
export class InfoService {
  /** Name of the service. */
  name!: string;

  /** Whether it answers and is ready. */
  ready!: boolean;
}

/** What this installation is and offers. */
export class InfoResponse {
  /** Version of ΣLANG. */
  version!: string;

  /** Build of this process, `development` when not given. */
  build!: string;

  /** The services and whether they are ready. */
  @Type(() => InfoService)
  services!: InfoService[];

  /** The embedding models that are loaded; empty while nlp does not answer. */
  @Type(() => EmbeddingModel)
  models!: EmbeddingModel[];

  /** The limits in force. */
  @Type(() => InfoLimits)
  limits!: InfoLimits;

  /** Names of the features that are on. */
  features!: string[];
}
