import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inWorkFolder } from '../../../../src/apps/view-server/preprocessing/work-folder.ts';

/** Above the greatest that Linux gives. */
const NO_PROCESS = 2 ** 22 + 1;

let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'work-folder-test-'));
});

afterEach(() => rm(scratch, { recursive: true }));

async function leave(name: string, date?: Date): Promise<void> {
  const folder = join(scratch, 'view-server-packages', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package'), 'left');
  if (date) await utimes(folder, date, date);
}

function folders(): Promise<string[]> {
  return readdir(join(scratch, 'view-server-packages'));
}

describe('the folder of a package in work', () => {
  it('is empty at first, and gone in the end, however that comes', async () => {
    await inWorkFolder(scratch, 'a-task', async (folder) => {
      expect(await readdir(folder)).toEqual([]);
      await writeFile(join(folder, 'file'), 'x');
    });
    const failing = inWorkFolder(scratch, 'a-task', async () => {
      throw new Error('of the work');
    });
    await expect(failing).rejects.toThrow('of the work');
    expect(await folders()).toEqual([]);
  });

  it('is removed by the next package where its process was killed', async () => {
    await leave(`${NO_PROCESS}.one.${hostname()}`);
    await leave(`${process.pid}.two.${hostname()}`);
    await inWorkFolder(scratch, 'a-task', async () => {
      expect(await folders()).toEqual([`${process.pid}.a-task.${hostname()}`]);
    });
  });

  it('stays where its process lives, or may live on another machine', async () => {
    await leave(`1.one.${hostname()}`);
    await leave(`${NO_PROCESS}.two.another-machine`);
    await leave(`${NO_PROCESS}.three.another-machine`, new Date(Date.now() - 3 * 24 * 3_600_000));
    await inWorkFolder(scratch, 'a-task', async () => {
      await inWorkFolder(scratch, 'another-task', async () => undefined);
    });
    expect((await folders()).toSorted()).toEqual([
      `1.one.${hostname()}`,
      `${NO_PROCESS}.two.another-machine`,
    ]);
  });
});
