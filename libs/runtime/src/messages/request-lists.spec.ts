import { IsNested } from '@sigmalang/contracts';
import { IsString, ValidateBy } from 'class-validator';
import { RequestPipe } from './request.pipe';

describe('a rule of a list that looks into its objects', () => {
  class Tagged {
    @IsString() tag!: string;
  }
  class Tags {
    @ValidateBy({
      name: 'tagsOnce',
      validator: {
        validate: (value: readonly Tagged[]) => new Set(value.map(({ tag }) => tag)).size === value.length,
        defaultMessage: () => 'each tag must be there once',
      },
    })
    @IsNested(() => Tagged, { each: true })
    tags!: Tagged[];
  }
  const tagged = (count: number) => Array.from({ length: count }, (_tag, i) => ({ tag: String(i) }));

  it.each([3, 1_000])('sees them, also where there are %i', async (count) => {
    const read = (tags: object[]): Promise<unknown> => Promise.resolve().then(() => new RequestPipe(Tags).transform({ tags }, { type: 'body' }));
    const fine = (await read(tagged(count))) as Tags;
    expect(fine.tags).toHaveLength(count);
    expect(fine.tags.every((tag) => tag instanceof Tagged)).toBe(true);
    await expect(read([...tagged(count), { tag: '1' }])).rejects.toMatchObject({ errors: [{ field: 'tags', rule: 'tagsOnce' }] });
    await expect(read([...tagged(count), { tag: 'new', more: 1 }])).rejects.toMatchObject({ errors: [{ field: `tags[${count}].more`, rule: 'unknownField' }] });
  });
});
