import { run } from '@sigmalang/runtime';
import { NlpModule } from './nlp.module';

void run({ name: 'nlp', transport: 'nats', module: NlpModule });
