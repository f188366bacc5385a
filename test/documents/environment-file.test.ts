import { describe, expect, it } from '@jest/globals';
import { environmentFile } from '../../documents/environment-file.ts';
import { PRESS } from './declared.ts';

describe('.env.dist', () => {
  const file = environmentFile([PRESS], { PRESS_COPIES: '7' });

  it('sets what has a default, and has the rest as comments, with an example', () => {
    const assignments = file.split('\n').filter((line) => /^(# )?[A-Z_]+=/.test(line));
    expect(assignments).toEqual(['PRESS_COPIES=7', '# PRESS_KEY=', '# PRESS_INK=black']);
  });

  it('has meanings as comments, without the marks of Markdown', () => {
    expect(file).toContain('\n# What it prints, and on what. See docs/guide.md.\n');
    expect(file).toContain('\n# Copies of one page; 9 | 10 are many.\nPRESS_COPIES=');
  });

  it('has lines of 118 characters at most', () => {
    const lengths = file.split('\n').map((line) => line.length);
    expect(Math.max(...lengths)).toBe(118);
  });
});
