import { run } from '@sigmalang/runtime';
import { EncoderModule } from './encoder.module';

void run({ name: 'encoder', transport: 'nats', module: EncoderModule });
