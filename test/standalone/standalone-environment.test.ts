import { expect, it } from '@jest/globals';
import { dataFolder } from '../../src/standalone/data-folder.ts';
import { addedEnvironment } from '../../src/standalone/standalone-environment.ts';

it('sets what an app wants on one machine, unless the user has set it', () => {
  const added = addedEnvironment({
    environment: { APP_NETWORKS: '10.0.0.0/8', APP_COLOUR: ' ' },
    folder: dataFolder({}),
    port: 8_000,
    installation: { secretKey: 'key', administratorPassword: 'word', apps: {}, ports: {} },
    services: [],
    apps: [{ sandbox: { environment: { APP_NETWORKS: 'loopback', APP_COLOUR: 'blue' } } }, { sandbox: {} }],
  });
  expect(added).toMatchObject({ APP_COLOUR: 'blue' });
  expect(added).not.toHaveProperty('APP_NETWORKS');
});
