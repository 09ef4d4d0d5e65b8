import { run } from '@sigmalang/runtime';
import { DecoderModule } from './decoder.module';

void run({ name: 'decoder', transport: 'nats', module: DecoderModule });
