import { writeFileSync } from 'node:fs';
import { CONFIGURATION_DOCUMENT, configurationDocument } from './configuration-document';

writeFileSync(CONFIGURATION_DOCUMENT, configurationDocument());
