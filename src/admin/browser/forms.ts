// Forms in drawers, and the account in the top bar; like components.ts a script for browsers, on the globals that
// AdminJS's scripts define.

type Element = unknown;

declare const React: {
  createElement(type: unknown, props: object | null, ...children: Element[]): Element;
  useState<T>(initial: T): [T, (value: T) => void];
  readonly Fragment: unknown;
};
declare const ReactRouter: { useNavigate(): (path: string) => void };
declare const AdminJSDesignSystem: Record<
  'DrawerContent' | 'DrawerFooter' | 'Button' | 'FormGroup' | 'Label' | 'Input',
  unknown
>;
declare const AdminJS: {
  UserComponents: Record<string, (props: never) => Element>;
  readonly ApiClient: new () => {
    recordAction(options: object): Promise<{ data: ActionAnswer }>;
    resourceAction(options: object): Promise<{ data: ActionAnswer }>;
  };
  useNotice(): (notice: Notice) => void;
  readonly ActionHeader: unknown;
};
declare const window: { readonly REDUX_STATE: { readonly paths: Readonly<Record<string, string>> } };
declare const document: { readonly cookie: string };

interface Notice {
  readonly message: string;
  readonly type: 'success' | 'error';
}
interface ActionAnswer {
  readonly notice?: Notice;
  readonly redirectUrl?: string;
}
interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password' | 'select';
  readonly values?: readonly string[];
  readonly hint?: string;
  readonly isRequired?: boolean;
}
interface FormActionProps {
  readonly action: {
    readonly name: string;
    readonly variant: string;
    readonly custom: {
      readonly label: string;
      readonly explanation?: string;
      readonly fields: readonly Field[];
    };
  };
  readonly resource: { readonly id: string };
  readonly record?: {
    readonly id: string;
    readonly title: string;
    readonly params: Readonly<Record<string, unknown>>;
  };
}

const h = React.createElement;
const { rootPath = '', logoutPath = '' } = window.REDUX_STATE.paths;

/** What a field starts with: what the record has; else the first of its words. */
function startOf({ name, type, values = [] }: Field, { record }: FormActionProps): string {
  const held = type === 'password' ? undefined : record?.params[name];
  return typeof held === 'string' ? held : (values[0] ?? '');
}

/** A form in a drawer, for one record or for the resource, with the fields that the action describes. */
function FormAction(props: FormActionProps): Element {
  const { action, resource, record } = props;
  const { label, explanation, fields } = action.custom;
  const [values, setValues] = React.useState<Readonly<Record<string, string>>>(
    Object.fromEntries(fields.map((field) => [field.name, startOf(field, props)])),
  );
  const [error, setError] = React.useState<string | undefined>(undefined);
  const [isBusy, setBusy] = React.useState(false);
  const addNotice = AdminJS.useNotice();
  const navigate = ReactRouter.useNavigate();
  const send = async () => {
    setBusy(true);
    setError(undefined);
    const api = new AdminJS.ApiClient();
    const call = { resourceId: resource.id, actionName: action.name, method: 'post', data: values };
    try {
      const { data } = record
        ? await api.recordAction({ ...call, recordId: record.id })
        : await api.resourceAction(call);
      if (data.notice?.type === 'error') setError(data.notice.message);
      else if (data.notice) addNotice(data.notice);
      if (data.redirectUrl) navigate(`${data.redirectUrl}?refresh=true`);
    } catch {
      setError('That did not work. Load the page again; the log says more.');
    }
    setBusy(false);
  };
  const onSubmit = (event: { preventDefault(): void }) => {
    event.preventDefault();
    void send();
  };
  return h(
    'form',
    { onSubmit, className: 'ch-form' },
    h(
      AdminJSDesignSystem.DrawerContent,
      null,
      h(AdminJS.ActionHeader, { ...props, omitActions: true }),
      record ? h('p', { className: 'ch-question' }, record.title) : null,
      explanation ? h('p', { className: 'ch-question' }, explanation) : null,
      ...fields.map((field) =>
        h(FormField, {
          key: field.name,
          field,
          value: values[field.name] ?? '',
          onValue: (value: string) => setValues({ ...values, [field.name]: value }),
        }),
      ),
      error === undefined ? null : h('p', { className: 'ch-form-error', role: 'alert' }, error),
    ),
    h(
      AdminJSDesignSystem.DrawerFooter,
      null,
      h(
        AdminJSDesignSystem.Button,
        { type: 'submit', variant: 'contained', color: action.variant, disabled: isBusy },
        label,
      ),
    ),
  );
}

function FormField(props: {
  readonly field: Field;
  readonly value: string;
  readonly onValue: (value: string) => void;
}): Element {
  const { field, value, onValue } = props;
  const { name, label, type, values = [], hint, isRequired = false } = field;
  const id = `ch-field-${name}`;
  const common = {
    id,
    name,
    value,
    required: isRequired,
    'aria-describedby': hint ? `${id}-hint` : undefined,
    onChange: (event: { readonly target: { readonly value: string } }) => onValue(event.target.value),
  };
  return h(
    AdminJSDesignSystem.FormGroup,
    null,
    h(AdminJSDesignSystem.Label, { htmlFor: id, required: isRequired }, label),
    type === 'select'
      ? h(
          'select',
          { ...common, className: 'ch-select' },
          ...values.map((word) => h('option', { key: word, value: word }, word)),
        )
      : h(AdminJSDesignSystem.Input, {
          ...common,
          type,
          // The browser must not fill in the password of whoever creates somebody else's account.
          autoComplete: type === 'password' ? 'new-password' : 'off',
        }),
    hint ? h('p', { id: `${id}-hint`, className: 'ch-hint' }, hint) : null,
  );
}

/** The token that a form has to send back; AdminJS's own calls send it as a header. */
function csrfToken(): string {
  const [, value = ''] = /(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie) ?? [];
  return decodeURIComponent(value);
}

/** Who is signed in, in the top bar, and the ways out. */
function LoggedIn({ session }: { session: { email: string; role: string } }): Element {
  // Read when it is sent, as a login in another tab changes it.
  const onSubmit = (event: { readonly currentTarget: { readonly csrf_token: { value: string } } }) => {
    event.currentTarget.csrf_token.value = csrfToken();
  };
  return h(
    'div',
    { className: 'ch-account' },
    h('span', null, `${session.email} (${session.role})`),
    h('a', { href: `${rootPath}/account`, className: 'ch-plain-link' }, 'My account'),
    h(
      'form',
      { method: 'post', action: logoutPath, onSubmit },
      h('input', { type: 'hidden', name: 'csrf_token' }),
      h('button', { type: 'submit' }, 'Sign out'),
    ),
  );
}

Object.assign(AdminJS.UserComponents, { FormAction, LoggedIn });

export {};
