import { type Html, html } from '../platform/http/page.ts';
import { csrfField, message } from './access/plain-page.ts';
import { SITE_NAME } from './appearance.ts';

/** What the login page shows. */
export interface LoginPage {
  /** Where the form is sent. */
  readonly action: string;
  readonly csrfToken: string;
  /** Where the site goes after the login. */
  readonly next: string;
  /** What was typed before. */
  readonly username?: string;
  readonly error?: string;
}

/** The login page: plain HTML, so that people do not load the admin's scripts before they are signed in. */
export function loginPage({ action, csrfToken, next, username = '', error }: LoginPage): Html {
  const [usernameFocus, passwordFocus] =
    username === '' ? [html` autofocus`, html``] : [html``, html` autofocus`];
  return html`<h1>${SITE_NAME}</h1>
${message('error', error)}
<form method="post" action="${action}">
${csrfField(csrfToken)}
<input type="hidden" name="next" value="${next}">
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" required maxlength="150"
  value="${username}"${usernameFocus}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
  maxlength="1024"${passwordFocus}>
<button type="submit">Log in</button>
</form>`;
}

/** The page that asks whether to sign out: a link alone, which another site may hold as well, does not. */
export function logoutPage({ action, csrfToken }: Pick<LoginPage, 'action' | 'csrfToken'>): Html {
  return html`<h1>Sign out?</h1>
<form method="post" action="${action}">
${csrfField(csrfToken)}
<button type="submit">Sign out</button>
</form>`;
}
