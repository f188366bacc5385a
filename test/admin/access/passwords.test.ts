import { describe, expect, it } from '@jest/globals';
import { passwordWeakness } from '../../../src/admin/access/passwords.ts';

const ADA = { username: 'ada', email: 'countess@example.org' };

describe('a password', () => {
  it.each([
    ['eleven char', 'at least 12 characters'],
    ['x'.repeat(1_025), 'may have 1024 characters'],
    ['Countess@example.org', 'is the username or the e-mail address'],
    ['motherfucker', 'too easy to guess'],
    ['password1234', 'too easy to guess'],
    ['P@ssw0rd12345', 'too easy to guess'],
    ['qwertyuiop123', 'too easy to guess'],
    ['aaaaaaaaaaaaaaaa', 'too easy to guess'],
    ['123456789012', 'too easy to guess'],
    ['adaadaadaada', 'too easy to guess'],
    ['countess1234', 'too easy to guess'],
  ])('is refused: %s', async (password, reason) => {
    expect(await passwordWeakness(password, ADA)).toContain(reason);
  });

  it.each(['difference engine', 'kX9#mQ2vLp8z', 'Zwölf Boxkämpfer jagen', 'purple stapler river'])(
    'will do: %s',
    async (password) => {
      expect(await passwordWeakness(password, ADA)).toBeUndefined();
    },
  );

  it('is refused where it is the username, however long that is', async () => {
    const username = 'an-unusual.name+of_somebody';
    expect(await passwordWeakness(username, { username, email: '' })).toContain('is the username');
  });
});
