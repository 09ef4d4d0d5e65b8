import { run } from '@sigmalang/runtime';
import { NLP } from './nlp.module';

void run({ name: 'nlp', transport: 'nats', ...NLP });
