import { ASSET_FILES, Lexicon, NearestWords } from '@sigmalang/lexicon';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { orientedRelations } from '../relations/oriented-relation';
import { RelationRecognizer } from '../relations/relation-recognizer';
import { CandidateFinder } from '../solver/candidates';
import { WordSpace } from '../word-space';
import { fitAnswers } from './fit-answers';
import { fitValidity } from './fit-validity';
import { textOfFigures } from './judgement-figures';
import type { FittedWeights } from './fitted-weights';
import { fitRelations } from './fit-relations';

const FILE = 'apps/analogy/src/fit/fitted-weights.json';

const lexicon = Lexicon.load(join('dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });
const space = new WordSpace(lexicon, new NearestWords(lexicon));
const relations = orientedRelations(CATALOGUE, space);
const pair = fitRelations(space, relations);
const recognizer = new RelationRecognizer(space, relations, pair.weights);
const finder = new CandidateFinder(space);
const { report, ...answers } = fitAnswers(space, recognizer, finder);
const validity = fitValidity({ space, recognizer, finder, answerWeights: answers.answer });

const weights: FittedWeights = { pair: pair.weights, ...answers, validity: validity.weights };
const rounded = JSON.stringify(weights, (_key, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(6)) : value));
writeFileSync(FILE, `${rounded.replace(/(?<=[[{,])(?="\w+":)/g, '\n  ').replace(/}$/, '\n}')}\n`);
process.stdout.write([...pair.report, ...report, `validity, relations kept apart: ${textOfFigures(validity.heldOut)}`, `written to ${FILE}`, ''].join('\n'));
