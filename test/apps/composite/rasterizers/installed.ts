import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RasterizerEngine } from '../../../../src/apps/composite/settings.ts';

/** Whether these programs are on the `PATH` of this machine. */
export function areInstalled(...commands: readonly string[]): boolean {
  return commands.every((command) => spawnSync(command, ['-v']).error === undefined);
}

/** Opens a PDF in a process of its own, and prints what is thrown. */
const OPENING = `
  const [module, engine] = process.argv.slice(1);
  const { createRasterizer } = await import(module);
  const settings = { engine, threadCount: 1, dpi: 72, fallbackDpi: 72, format: 'jpg', maximumLengthPixels: 0, pageTimeoutSeconds: 0, maximumPages: 0, brokenPages: 'fail', useCropBox: false };
  await createRasterizer(engine).open('any.pdf', settings, new AbortController().signal).catch((error) => {
    console.log(error.name + ': ' + error.message);
  });
`;

/** What a rasterizer says on a machine that lacks its programs: with an empty `PATH` every machine is one. */
export function describeMissingProgram(
  engine: RasterizerEngine,
  { program, debianPackage }: { readonly program: string; readonly debianPackage: string },
): void {
  describe('on a machine without its programs', () => {
    it(`says that ${program} is missing, and that ${debianPackage} brings it`, () => {
      const emptyFolder = mkdtempSync(join(tmpdir(), 'empty-path-'));
      const index = new URL('../../../../src/apps/composite/rasterizers/index.ts', import.meta.url).href;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', OPENING, index, engine], {
        env: { PATH: emptyFolder },
        encoding: 'utf8',
      });
      rmdirSync(emptyFolder);
      expect(stdout).toMatch(/^MissingProgramError: /);
      expect(stdout).toContain(`"${program}"`);
      expect(stdout).toContain(`apt-get install ${debianPackage}`);
    });
  });
}
