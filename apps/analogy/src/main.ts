import { run } from '@sigmalang/runtime';
import { AnalogyModule } from './analogy.module';

void run({ name: 'analogy', transport: 'nats', module: AnalogyModule });
