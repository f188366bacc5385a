import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { gdalEngine } from '../../../../src/apps/view-server/cog/gdal/gdal-engine.ts';
import { DEFAULT_OPTIONS, describeCogEngine } from './cog-engine-conformance.ts';
import { isGdalInstalled } from './installed.ts';

/** Converts a file in a process of its own, and prints what is thrown. */
const CONVERTING = `
  const [module, source, options] = process.argv.slice(1);
  const { gdalEngine } = await import(module);
  const run = { signal: new AbortController().signal, reportProgress: () => undefined };
  await gdalEngine.convert(source, source + '.cog', JSON.parse(options), run).catch((error) => {
    console.log(error.name + ': ' + error.message);
  });
`;

describe('gdal', () => {
  function messageOf(content: string, path: string | undefined): string {
    const folder = mkdtempSync(join(tmpdir(), 'gdal-test-'));
    try {
      const source = join(folder, 'source');
      writeFileSync(source, content);
      const module = new URL('../../../../src/apps/view-server/cog/gdal/gdal-engine.ts', import.meta.url)
        .href;
      const options = JSON.stringify(DEFAULT_OPTIONS);
      return spawnSync(process.execPath, ['--input-type=module', '-e', CONVERTING, module, source, options], {
        env: { PATH: path ?? folder },
        encoding: 'utf8',
      }).stdout;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('says that gdalwarp is missing, and what brings it, on a machine without it', () => {
    const message = messageOf('any', undefined);
    expect(message).toMatch(/^MissingProgramError: PREPROCESSOR_ENGINE=gdal /);
    expect(message).toContain('apt-get install gdal-bin');
  });

  it('follows no file that names others', () => {
    const virtual =
      '<VRTDataset rasterXSize="1" rasterYSize="1"><SourceFilename>/etc/passwd</SourceFilename></VRTDataset>';
    expect(messageOf(virtual, process.env['PATH'])).toMatch(/^UnreadableImageError: .*names others/);
  });

  if (isGdalInstalled) describeCogEngine(gdalEngine);
});
