import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EncodingGate } from '../../../../../src/apps/composite/rasterizers/pdfium/encoding-gate.ts';
import { startNodeProcess } from '../../../../support/node-process.ts';
import { writeRawPdf } from '../raw-pdf.ts';

describe('the gate of a page thread', () => {
  it('closes once what passes is through, and says so to both sides', async () => {
    const thread = new EncodingGate();
    const owner = new EncodingGate(thread.memory);
    const encoding = Promise.withResolvers<string>();
    const events: string[] = [];
    const passed = thread.pass(() => encoding.promise).then((file) => events.push(file));
    const closed = owner.close().then(() => events.push('closed'));
    encoding.resolve('a file');
    await Promise.all([passed, closed]);
    expect(events).toEqual(['a file', 'closed']);
    await owner.close();
  });

  it('opens again where encoding fails', async () => {
    const gate = new EncodingGate();
    await expect(gate.pass(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect(await gate.pass(async () => 'a file')).toBe('a file');
  });

  it('closes at once where the thread is gone in the middle of encoding', async () => {
    const thread = new EncodingGate();
    const owner = new EncodingGate(thread.memory);
    void thread.pass(() => new Promise(() => undefined));
    const closed = owner.close();
    owner.abandon();
    await closed;
  });

  it('lets nothing pass that comes after it was closed', async () => {
    const gate = new EncodingGate();
    await gate.close();
    let began = false;
    void gate.pass(async () => {
      began = true;
    });
    await new Promise(setImmediate);
    expect(began).toBe(false);
  });
});

describe('a rasterizer that is stopped while it encodes', () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'encoding-gate-test-'));
    path = join(folder, 'source.pdf');
    const page = { entries: '/MediaBox [0 0 600 800]', content: '1 0 0 rg 0 0 600 800 re f' };
    await writeFile(path, writeRawPdf({ pages: [page, page, page, page] }));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(['jpg', 'png'])('as %s does not take its process down', async (format) => {
    const program = startNodeProcess(new URL('./stop-while-encoding.ts', import.meta.url), {}, [
      path,
      format,
      '12',
    ]);
    expect([await program.ended, program.errorOutput()]).toEqual([0, '']);
    expect(program.log).toEqual([{ msg: 'still here' }]);
  });
});
