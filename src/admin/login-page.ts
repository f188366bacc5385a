import { SITE_NAME } from './appearance.ts';

/** What the login page shows. */
export interface LoginPage {
  /** Where the form is sent. */
  readonly action: string;
  readonly iconPath: string;
  /** Where the site goes after the login. */
  readonly next: string;
  /** What was typed before. */
  readonly username?: string;
  readonly error?: string;
}

/** The login page: plain HTML, so that nobody has to load the admin's scripts before they are known. */
export function loginPage({ action, iconPath, next, username = '', error }: LoginPage): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in | ${SITE_NAME}</title>
<link rel="icon" type="image/svg+xml" href="${escapeHtml(iconPath)}">
<style>
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #eaf2f2; color: #10292c;
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; }
main { width: min(380px, calc(100vw - 32px)); padding: 36px 36px 40px; background: #fff; border-radius: 14px;
  box-shadow: 0 12px 40px rgb(15 92 99 / 14%); }
img { display: block; width: 60px; height: 60px; margin: 0 auto 14px; }
h1 { margin: 0 0 26px; font-size: 20px; font-weight: 600; text-align: center; }
label { display: block; margin: 0 0 6px; font-size: 13px; font-weight: 600; }
input { width: 100%; margin: 0 0 18px; padding: 10px 12px; font: inherit; color: inherit; border: 1px solid #b9cccd;
  border-radius: 8px; }
input:focus { outline: 2px solid #2b7b80; outline-offset: 0; border-color: #2b7b80; }
button { width: 100%; margin-top: 6px; padding: 11px; font: inherit; font-weight: 600; color: #fff;
  background: #0f5c63; border: 0; border-radius: 8px; cursor: pointer; }
button:hover { background: #0b474d; }
.error { margin: 0 0 18px; padding: 10px 12px; color: #8f2317; background: #fbe9e7; border-radius: 8px; font-size: 14px; }
</style>
</head>
<body>
<main>
<img src="${escapeHtml(iconPath)}" alt="">
<h1>${SITE_NAME}</h1>
${error === undefined ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`}
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="next" value="${escapeHtml(next)}">
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" required maxlength="150"
  value="${escapeHtml(username)}"${username === '' ? ' autofocus' : ''}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
  maxlength="1024"${username === '' ? '' : ' autofocus'}>
<button type="submit">Log in</button>
</form>
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
