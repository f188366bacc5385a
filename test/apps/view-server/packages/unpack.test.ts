import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PackageError } from '../../../../src/apps/view-server/packages/package-error.ts';
import {
  type PackageLimits,
  UnpackBudget,
} from '../../../../src/apps/view-server/packages/package-limits.ts';
import {
  moveFilesTogether,
  unpack,
  unpackedFiles,
  unpackNested,
} from '../../../../src/apps/view-server/packages/unpack.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { type TestEntry, writeTar, zipOf } from './packages-under-test.ts';

const LIMITS = { bytes: 1024 ** 3, entries: 1_000, ratio: 100 };
const FILES: readonly TestEntry[] = [
  { name: './' },
  { name: './folder/', type: 'directory' as const },
  { name: './folder/image.tif', content: 'an image' },
  { name: 'metadata.xml', content: '<a/>' },
].map((entry) => (entry.name === './' ? { ...entry, type: 'directory' as const } : entry));

let directory: string;
let file: string;
let folder: string;
let count = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'unpack-test-'));
});

beforeEach(() => {
  count += 1;
  file = join(directory, `package-${count}`);
  folder = join(directory, `folder-${count}`);
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

interface RunOptions {
  readonly name?: string;
  readonly nested?: boolean;
  readonly limits?: PackageLimits;
  readonly signal?: AbortSignal;
}

async function run(options: RunOptions = {}): Promise<void> {
  const {
    name = 'package',
    nested = false,
    limits = LIMITS,
    signal = new AbortController().signal,
  } = options;
  const budget = new UnpackBudget(limits);
  await unpack(file, folder, name, { budget, signal });
  if (nested) await unpackNested(folder, { budget, signal });
}

async function reasonOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  if (!(error instanceof PackageError)) throw new Error(`Not a PackageError: ${error}`, { cause: error });
  return error.message;
}

describe('a package', () => {
  it.each([false, true])('is a tar, compressed or not: %s', async (isCompressed) => {
    await writeTar(file, FILES, { isCompressed });
    await run();
    expect(await unpackedFiles(folder)).toEqual(['folder/image.tif', 'metadata.xml']);
    expect(await readFile(join(folder, 'folder/image.tif'), 'utf8')).toBe('an image');
  });

  it('is a zip', async () => {
    const entries = [
      { name: 'folder/' },
      { name: 'folder/image.tif', content: 'an image' },
      { name: 'metadata.xml', content: '<a/>', isStored: true },
    ];
    await writeFile(file, zipOf(entries));
    await run();
    expect(await unpackedFiles(folder)).toEqual(['folder/image.tif', 'metadata.xml']);
    expect(await readFile(join(folder, 'folder/image.tif'), 'utf8')).toBe('an image');
  });

  it('is a bare image', async () => {
    await writeFile(file, 'II*\0');
    await run({ name: 'image.tif' });
    expect(await unpackedFiles(folder)).toEqual(['image.tif']);
  });

  it('with packages in it is unpacked whole where that is wanted', async () => {
    const inner = join(directory, 'inner');
    await writeTar(inner, [{ name: 'b.tif', content: 'b' }], { isCompressed: true });
    const entries = [
      { name: 'a.tar.gz', content: await readFile(inner) },
      { name: 'more/c.zip', content: zipOf([{ name: 'd.tif', content: 'd' }]) },
      { name: 'text.gz', content: 'no archive' },
    ];
    await writeTar(file, entries);
    await run({ nested: true });
    expect(await unpackedFiles(folder)).toEqual(['a/b.tif', 'more/c/d.tif', 'text.gz']);
  });

  it('is moved to one folder', async () => {
    await writeTar(file, FILES);
    await run();
    await moveFilesTogether(folder);
    expect(await unpackedFiles(folder)).toEqual(['image.tif', 'metadata.xml']);
  });

  it('is not moved to one folder where two files have the same name', async () => {
    await writeTar(file, [
      { name: 'a/same.tif', content: 'a' },
      { name: 'b/same.tif', content: 'b' },
    ]);
    await run();
    expect(await reasonOf(moveFilesTogether(folder))).toContain('move_files');
  });
});

describe('a dangerous tar', () => {
  it.each<[TestEntry, string]>([
    [{ name: '../outside', content: 'x' }, '".."'],
    [{ name: 'a/../../outside', content: 'x' }, '".."'],
    [{ name: '/etc/outside', content: 'x' }, 'absolute'],
    [{ name: 'C:/outside', content: 'x' }, 'absolute'],
    [{ name: 'a\\..\\outside', content: 'x' }, 'not allowed'],
    [{ name: 'a\nb', content: 'x' }, 'not allowed'],
    [{ name: `a/${'n'.repeat(256)}`, content: 'x' }, '255 bytes'],
    [{ name: `${'long/'.repeat(150)}a`, content: 'x' }, '700 bytes'],
    [{ name: `${'a/'.repeat(40)}a`, content: 'x' }, '32 folders'],
    [{ name: 'link', type: 'symlink', linkname: '/etc/passwd' }, 'is a link'],
    [{ name: 'hard', type: 'link', linkname: 'a' }, 'is a link'],
    [{ name: 'null', type: 'character-device' }, 'is a character-device'],
    [{ name: 'pipe', type: 'fifo' }, 'is a fifo'],
  ])('is refused: %j', async (entry, reason) => {
    await writeTar(file, [{ name: 'first', content: 'x' }, entry]);
    expect(await reasonOf(run())).toContain(reason);
    await expect(stat(join(directory, 'outside'))).rejects.toThrow('ENOENT');
  });

  it('is refused where two entries are the same file', async () => {
    await writeTar(file, [
      { name: 'a', content: 'x' },
      { name: './a', content: 'y' },
    ]);
    expect(await reasonOf(run())).toContain('two entries');
  });

  it('is refused where a file is a folder too', async () => {
    await writeTar(file, [
      { name: 'a', content: 'x' },
      { name: 'a/b', content: 'y' },
    ]);
    expect(await reasonOf(run())).toContain('two entries');
  });

  it('of a million entries is refused early', async () => {
    const entries = function* () {
      for (let index = 0; index < 20_000; index += 1)
        yield { name: `d${index}/`, type: 'directory' as const };
    };
    await writeTar(file, entries());
    expect(await reasonOf(run())).toBe('The package has more than 1000 entries');
  });

  it('of zeros is refused long before it is unpacked', async () => {
    const zeros = Buffer.alloc(32 * 1024 ** 2);
    const block = gzipSync(zeros);
    const tar = join(directory, 'header');
    await writeTar(tar, [{ name: 'zeros', content: 'x' }]);
    const header = (await readFile(tar)).subarray(0, 512);
    const size = (40 * zeros.length).toString(8).padStart(11, '0');
    header.write(`${size}\0`, 124, 'latin1');
    header.write('        ', 148, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const rest = Array.from({ length: 40 }, () => block);
    await writeFile(file, Buffer.concat([gzipSync(header), ...rest]));
    expect(await reasonOf(run({ limits: { ...LIMITS, bytes: 100 * 1024 ** 3 } }))).toContain('bomb');
    expect((await stat(join(folder, 'zeros'))).size).toBeLessThan(200 * 1024 ** 2);
    expect(await reasonOf(rerun())).toContain('1073741824 unpacked bytes');
  });

  function rerun() {
    folder = `${folder}-again`;
    return run();
  }

  it.each<[string, (tar: Buffer) => Buffer]>([
    ['cut off', (tar) => tar.subarray(0, 700)],
    [
      'overwritten',
      (tar) => Buffer.concat([tar.subarray(0, 1_024), Buffer.alloc(512, 'x'), tar.subarray(1_536)]),
    ],
  ])('is refused where it is %s', async (_how, change) => {
    await writeTar(file, [
      { name: 'a', content: 'x'.repeat(400) },
      { name: 'b', content: 'y' },
    ]);
    await writeFile(file, change(await readFile(file)));
    expect(await reasonOf(run())).toContain('The package (tar) is broken');
  });

  it('is refused where its compression is broken', async () => {
    await writeTar(file, [{ name: 'a', content: Buffer.alloc(100_000, 'abc') }], { isCompressed: true });
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    expect(await reasonOf(run())).toContain('The package (gzip) is broken');
  });

  it.each(['-5', '99999999999999999999', 'nonsense'])('is refused where its size is %s', async (size) => {
    const record = (text: string) => {
      const length = text.length + 4;
      return `${String(length).padStart(2, '0')} ${text}\n`;
    };
    await writeTar(file, [
      { name: 'pax', content: record(`size=${size}`) },
      { name: 'a', content: 'x' },
    ]);
    const tar = await readFile(file);
    tar.write('x', 156, 'latin1');
    tar.write('        ', 148, 'latin1');
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    await writeFile(file, tar);
    await expect(run()).rejects.toThrow(PackageError);
  });

  it('stops where it is cancelled', async () => {
    await writeTar(file, FILES);
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(run({ signal })).rejects.toThrow('cancelled');
  });
});

describe('a dangerous zip', () => {
  it.each([
    [[{ name: '../outside' }], /invalid relative path|"\.\."/],
    [[{ name: '/etc/outside' }], /absolute/],
    [[{ name: 'link', content: '/etc/passwd', unixMode: 0o120777 }], /link or a device/],
    [[{ name: 'secret', flags: 1 }], /encrypted/],
    [[{ name: 'odd', method: 99 }], /compression 99/],
    [[{ name: 'more', content: 'x'.repeat(1_000), declaredBytes: 10 }], /broken/],
    [[{ name: 'less', content: 'x', declaredBytes: 1_000 }], /broken/],
    [[{ name: 'large', declaredBytes: 2 ** 31 }], /unpacked bytes/],
    [[{ name: 'a' }, { name: 'a' }], /two entries/],
  ])('is refused: %j', async (entries, reason) => {
    await writeFile(file, zipOf(entries));
    expect(await reasonOf(run())).toMatch(reason);
  });

  it('of many entries is refused before one is read', async () => {
    await writeFile(file, zipOf([{ name: 'a' }], { declaredCount: 60_000 }));
    expect(await reasonOf(run())).toBe('The package has more than 1000 entries');
  });

  it('of zeros is refused', async () => {
    const content = Buffer.alloc(100 * 1024 ** 2);
    await writeFile(file, zipOf([{ name: 'zeros', content }]));
    expect(await reasonOf(run())).toContain('bomb');
  });

  it('that is cut off is refused', async () => {
    const whole = zipOf([{ name: 'a', content: 'text' }]);
    await writeFile(file, whole.subarray(0, whole.length - 10));
    expect(await reasonOf(run())).toContain('The package (zip) is broken');
  });
});

describe('an archive with some changed bytes', () => {
  const ENTRIES = [
    { name: 'a/b.tif', content: 'x'.repeat(3_000) },
    { name: `${'n'.repeat(150)}/c.xml`, content: '<a/>' },
    { name: 'z.txt', content: 'zz' },
  ];

  it.each<[string, () => Promise<Buffer>]>([
    ['tar', () => archiveOf(false)],
    ['gzip', () => archiveOf(true)],
    ['zip', async () => zipOf(ENTRIES)],
  ])('(%s) is read or refused, and never waits for more', async (name, make) => {
    const whole = await make();
    const random = seededRandom(13);
    for (let round = 0; round < 200; round += 1) {
      const changed = Buffer.from(whole);
      for (let count = random.below(6); count >= 0; count -= 1) {
        changed[random.below(whole.length)] = random.oneOf([0, 255, 0x2f, random.below(256)]) ?? 0;
      }
      await writeFile(file, changed);
      folder = join(directory, `changed-${name}-${round}`);
      const error: unknown = await run({ nested: true }).catch((thrown: unknown) => thrown);
      if (error !== undefined) expect(error).toBeInstanceOf(PackageError);
      await rm(folder, { recursive: true });
    }
  });

  async function archiveOf(isCompressed: boolean): Promise<Buffer> {
    await writeTar(file, ENTRIES, { isCompressed });
    return readFile(file);
  }
});
