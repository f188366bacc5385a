import { describe, expect, it } from '@jest/globals';
import { settingsTables } from '../../documents/settings-tables.ts';
import { PRESS } from './declared.ts';

describe('a table of settings', () => {
  it('has the default and the meaning of each variable, and what has to be set', () => {
    const rows = settingsTables([PRESS], 'README.md', {}).split('\n');
    expect(rows).toEqual([
      '### The press',
      '',
      'What it prints, and *on what*. See [the guide](docs/guide.md#press).',
      '',
      '| variable | default | meaning |',
      '|---|---|---|',
      '| `PRESS_COPIES` | `1` | Copies of one page; `9 \\| 10` are many. |',
      '| `PRESS_KEY` | none | Opens the door. Required. Also read as `KEY`. |',
      expect.stringMatching(/^\| `PRESS_INK` \| none \| The ink: /),
    ]);
  });

  it('has the default of the installation, where it has another', () => {
    expect(settingsTables([PRESS], 'README.md', { PRESS_COPIES: '7' })).toContain('| `PRESS_COPIES` | `7` |');
  });

  it('has links that start from the page that it is written in', () => {
    const page = settingsTables([PRESS], 'docs/apps/press.md', {});
    expect(page).toContain('[the guide](../guide.md#press)');
  });
});
