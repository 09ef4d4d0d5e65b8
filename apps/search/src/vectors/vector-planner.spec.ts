import { planVectors, wantsGraph, type GraphCase, type VectorCase } from './vector-planner';

const rows = (count: number, dimensions: number, allowed = count) => ({ rows: count, dimensions, allowed });

describe('a plan to compare vectors', () => {
  it.each<[string, VectorCase, string]>([
    ['all of few rows', rows(10_000, 256), 'scan'],
    ['all of few rows, though there is a graph', { ...rows(200_000, 256), graph: { rows: 200_000 } }, 'scan'],
    ['all of more rows of fewer dimensions, though there is a graph', { ...rows(600_000, 100), graph: { rows: 600_000 } }, 'scan'],
    ['all of many rows without a graph', rows(1_000_000, 256), 'scan'],
    ['many rows by a graph', { ...rows(1_000_000, 256), graph: { rows: 900_000 } }, 'graph'],
    ['rows of many dimensions by a graph', { ...rows(100_000, 768), graph: { rows: 100_000 } }, 'graph'],
    ['the rows of a narrow filter one by one', rows(100_000, 256, 1_000), 'gather'],
    ['the rows of a narrow filter one by one, though there is a graph', { ...rows(1_000_000, 256, 10_000), graph: { rows: 1_000_000 } }, 'gather'],
    ['the rows of a wide filter among all', rows(100_000, 256, 50_000), 'scan'],
    ['the rows of a filter that is too narrow for a graph among all', { ...rows(1_000_000, 256, 400_000), graph: { rows: 1_000_000 } }, 'scan'],
    ['the rows of a wide filter by a graph', { ...rows(1_000_000, 256, 600_000), graph: { rows: 1_000_000 } }, 'graph'],
    ['no rows', rows(0, 256), 'scan'],
    ['the few rows alive among many dead ones one by one', rows(1_000_000, 256, 100), 'gather'],
  ])('compares %s', (_title, given, expected) => {
    expect(planVectors(given)).toBe(expected);
  });
});

describe('a graph of neighbours', () => {
  const many = { rows: 1_000_000, dimensions: 256, live: 1_000_000 };

  it.each<[string, GraphCase, boolean]>([
    ['is not wanted for few rows', { rows: 100_000, dimensions: 256, live: 100_000 }, false],
    ['is not wanted for few rows alive', { ...many, live: 100_000 }, false],
    ['is wanted for many rows', many, true],
    ['is wanted for fewer rows of more dimensions', { rows: 100_000, dimensions: 768, live: 100_000 }, true],
    ['is good while few rows were added', { ...many, graph: { rows: 850_000, size: 850_000, live: 850_000 } }, false],
    ['is made anew when many were added', { ...many, graph: { rows: 750_000, size: 750_000, live: 750_000 } }, true],
    ['is made anew when many are dead', { ...many, graph: { rows: 1_000_000, size: 1_000_000, live: 750_000 } }, true],
    ['counts what was added and what is dead together', { ...many, graph: { rows: 890_000, size: 890_000, live: 770_000 } }, true],
  ])('%s', (_title, given, expected) => {
    expect(wantsGraph(given)).toBe(expected);
  });
});
