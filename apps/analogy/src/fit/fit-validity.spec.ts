import { ASSET_FILES, Lexicon } from '@sigmalang/lexicon';
import { join } from 'node:path';
import { CATALOGUE } from '../catalogue/catalogue';
import { solvingModels } from '../solver/solving-models';
import { fitValidity } from './fit-validity';
import { FITTED_WEIGHTS } from './fitted-weights';

const lexicon = Lexicon.load(join(__dirname, '../../../../dist/assets/lexicon', ASSET_FILES.int8), { forScanning: true });

describe('the fit of validity', () => {
  it('tells right from wrong by relations that it has not seen, the same each time', () => {
    const small = solvingModels(lexicon, CATALOGUE.filter(({ name }) => name === 'capital-of-country' || name === 'past-of-verb'), FITTED_WEIGHTS);
    const [first, second] = [fitValidity(small, 'test'), fitValidity(small, 'test')];
    expect(first.heldOut.areaUnderCurve).toBeGreaterThan(0.85);
    expect(first.weights).toHaveLength(FITTED_WEIGHTS.validity.length);
    expect(second).toEqual(first);
  }, 60_000);
});
