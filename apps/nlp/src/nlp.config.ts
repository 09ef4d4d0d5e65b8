import { IsIn } from 'class-validator';

/** Settings of nlp. */
export class NlpConfig {
  /** Word vectors to load, of which both embedding models are made: the int8 form takes a third of the memory of the float32 form and is as good. */
  @IsIn(['wink-sg-100d-int8', 'wink-sg-100d-float32'])
  embeddingModel: string = 'wink-sg-100d-int8';
}
