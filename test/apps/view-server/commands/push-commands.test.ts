import { afterEach, describe, expect, it } from '@jest/globals';
import { CommandError } from '../../../../src/app-kit/app-command.ts';
import { pushCommands } from '../../../../src/apps/view-server/commands/push-commands.ts';
import { eventually } from '../../../support/eventually.ts';
import { earthObservationXml } from '../metadata/sample-metadata.ts';
import { RegistrationSite } from '../registrar/registration-site.ts';
import { sampleGeoTiff } from '../registrar/sample-geotiff.ts';

let site: RegistrationSite;

afterEach(() => site.stop());

async function run(
  name: string,
  path: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const command = pushCommands.find((each) => each.name === name);
  if (!command) throw new Error(`There is no command ${name}`);
  await command.run({ platform: site.platform, queue: site.queue }, { args: [path], options });
}

describe('the commands', () => {
  it('push an item to each stage', async () => {
    site = await RegistrationSite.start();
    await run('preprocess', 'a.tar');
    await run('register', 'a.tar', { urgent: true });
    await run('seed', '2018-06-01/2018-07-01');
    const rows = await site.platform
      .database('view_server.attempts')
      .orderBy('item_id')
      .select('stage', site.platform.database.raw('position < 0 AS urgent'));
    expect(rows).toEqual([
      { stage: 'preprocess', urgent: false },
      { stage: 'register', urgent: true },
      { stage: 'seed', urgent: false },
    ]);
  });

  it('wait until the item has succeeded', async () => {
    site = await RegistrationSite.start();
    await site.put({
      'a/image.tif': sampleGeoTiff({ minX: 16, minY: 48, maxX: 17, maxY: 49 }),
      'a/metadata.xml': earthObservationXml({ identifier: 'A' }),
    });
    const waiting = run('register', 'a', { wait: true });
    await eventually(async () => (await site.item('register', 'a')).state === 'waiting');
    await site.run('a');
    await waiting;
    expect(await site.product('A')).toBeDefined();
  });

  it('fail with the reason of an item that has failed', async () => {
    site = await RegistrationSite.start();
    const waiting = run('register', 'a', { wait: true }).catch((error: unknown) => error);
    await eventually(async () => (await site.item('register', 'a')).state === 'waiting');
    await site.run('a');
    expect(await waiting).toBeInstanceOf(CommandError);
    expect(String(await waiting)).toContain('There are no files under a');
  });

  it('refuse a path that is none, and a collection that there is not', async () => {
    site = await RegistrationSite.start();
    await expect(run('register', '')).rejects.toThrow(CommandError);
    await expect(run('register', 'x'.repeat(2_000))).rejects.toThrow('1024 bytes');
    await expect(run('register', 'a', { collection: 'none' })).rejects.toThrow('There is no collection none');
    expect(await site.platform.database('view_server.items')).toEqual([]);
  });
});
