import { programAssets } from './program-assets';

it.each([
  ['/srv/dist/apps/encoder/main.js', '/srv/dist/assets'],
  ['/srv/dist/apps/standalone/main.js', '/srv/dist/assets'],
])('the assets of %s are in %s', (program, assets) => {
  jest.replaceProperty(process, 'argv', ['node', program]);
  expect(programAssets()).toBe(assets);
  jest.restoreAllMocks();
});
