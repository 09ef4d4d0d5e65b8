import { getMetadataStorage, IsInt, IsString, validateSync } from 'class-validator';
import { rememberRules } from './remember-rules';

class Named {
  @IsString()
  name: unknown = 'a';
}

class Counted extends Named {
  @IsInt({ groups: ['counting'] })
  count: unknown = 1;
}

describe('rememberRules', () => {
  const storage = getMetadataStorage();
  const find = jest.spyOn(storage, 'getTargetValidationMetadatas');
  beforeAll(() => rememberRules());
  beforeEach(() => find.mockClear());

  it('looks for the rules of a class once', () => {
    for (let i = 0; i < 3; i++) expect(validateSync(new Named())).toEqual([]);
    expect(find).toHaveBeenCalledTimes(1);
  });

  it('finds the rules that there are, those of the class it extends among them', () => {
    for (let i = 0; i < 2; i++) {
      const faults = validateSync(Object.assign(new Counted(), { name: 1, count: 'x' }));
      expect(faults.map(({ property }) => property).sort()).toEqual(['count', 'name']);
      expect(validateSync(Object.assign(new Named(), { name: 1 })).map(({ property }) => property)).toEqual(['name']);
    }
  });

  it('does not take the rules of a group for all', () => {
    const counted = Object.assign(new Counted(), { name: 1, count: 'x' });
    const faults = (groups?: string[]) => validateSync(counted, groups && { groups }).map(({ property }) => property).sort();
    expect([faults(['counting']), faults(), faults(['other'])]).toEqual([['count'], ['count', 'name'], []]);
  });
});
