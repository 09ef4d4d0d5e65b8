import { defineContract, IsText } from '@sigmalang/contracts';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';

/** A request of four fields, each with its rule. */
export class EchoRequest {
  /** A text. */
  @IsText()
  text!: string;

  /** A number. */
  @IsInt()
  @Min(1)
  @Max(100)
  topK!: number;

  /** A word of a set. */
  @IsIn(['relation', 'add', 'mul'])
  method!: string;

  /** A number that may be left out. */
  @IsOptional()
  @IsInt()
  threshold?: number;
}

/** What was sent. */
export class EchoResponse {
  /** The text that was sent. */
  text!: string;
}

/** Answers what it is asked, after validation. */
export const echo = defineContract({ subject: 'echo.v1.echo', request: EchoRequest, response: EchoResponse });

/** Answers what it is asked, unseen. */
export const echoUnseen = defineContract({ subject: 'echo.v1.unseen', request: Object, response: Object });
