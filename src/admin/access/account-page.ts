import { type Html, html } from '../../platform/http/page.ts';
import type { AdminPaths } from '../paths.ts';
import { MINIMUM_PASSWORD_LENGTH } from './passwords.ts';
import { csrfField, message } from './plain-page.ts';
import type { SignedIn } from './signed-in.ts';

/** What the account page shows. */
export interface AccountPage {
  readonly administrator: Pick<SignedIn, 'username' | 'role'>;
  readonly paths: Pick<AdminPaths, 'root' | 'account' | 'logout'>;
  readonly csrfToken: string;
  readonly error?: string | undefined;
  readonly done?: string | undefined;
}

/** Where everybody changes their own password, and ends their own sessions. */
export function accountPage({ administrator, paths, csrfToken, error, done }: AccountPage): Html {
  return html`<h1>My account</h1>
${message('error', error)}
${message('done', done)}
<dl><dt>Username</dt><dd>${administrator.username}</dd><dt>Role</dt><dd>${administrator.role}</dd></dl>
<p><a href="${paths.root}">Back to the site</a></p>
<h2>Change the password</h2>
<form method="post" action="${paths.account}/password">
${csrfField(csrfToken)}
<input type="text" name="username" value="${administrator.username}" autocomplete="username" hidden readonly>
<label for="current">Current password</label>
<input id="current" name="current" type="password" autocomplete="current-password" required maxlength="1024">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required
  minlength="${String(MINIMUM_PASSWORD_LENGTH)}" maxlength="1024" aria-describedby="password-hint">
<p class="hint" id="password-hint">At least ${String(MINIMUM_PASSWORD_LENGTH)} characters, and not a common one.
All your other sessions end.</p>
<label for="repeated">New password, again</label>
<input id="repeated" name="repeated" type="password" autocomplete="new-password" required maxlength="1024">
<button type="submit">Change password</button>
</form>
<h2>Sessions</h2>
<form method="post" action="${paths.logout}">
${csrfField(csrfToken)}
<button type="submit" class="quiet">Sign out</button>
</form>
<form method="post" action="${paths.account}/sign-out-everywhere">
${csrfField(csrfToken)}
<button type="submit" class="quiet">Sign out everywhere</button>
</form>`;
}
