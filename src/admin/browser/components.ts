// The parts of the admin's pages that are our own, as a script for browsers. Everything that it uses is a
// global that AdminJS's scripts define; the names below are those that it asks for by name.

type Element = unknown;
type Component<Props> = (props: Props) => Element;

declare const React: {
  createElement(type: unknown, props: object | null, ...children: Element[]): Element;
  useState<T>(initial: T): [T, (value: T) => void];
  useEffect(effect: () => () => void, dependencies: readonly unknown[]): void;
  readonly Fragment: unknown;
};
declare const ReactRouterDOM: { readonly Link: unknown; readonly NavLink: unknown };
declare const ReactRouter: { useNavigate(): (path: string) => void };
declare const AdminJSDesignSystem: Record<
  'ValueGroup' | 'DrawerContent' | 'DrawerFooter' | 'Button',
  unknown
>;
declare const AdminJS: {
  UserComponents: Record<string, Component<never>>;
  readonly ApiClient: new () => {
    getDashboard(): Promise<{ data: Dashboard }>;
    recordAction(options: object): Promise<{ data: ActionAnswer }>;
    bulkAction(options: object): Promise<{ data: ActionAnswer }>;
  };
  useNotice(): (notice: Notice) => void;
  useTranslation(): { translateLabel(key: string): string };
  readonly ActionHeader: unknown;
};
declare const window: { readonly REDUX_STATE: { readonly paths: { readonly rootPath: string } } };

interface Dashboard {
  readonly figures: readonly { label: string; value: number; resource: string }[];
  readonly engines: readonly {
    id: string;
    host: string;
    state: string;
    workerCount: number;
    running: number;
    reincarnations: number;
    uptimeSeconds: number;
  }[];
}
interface Notice {
  readonly message: string;
  readonly type: 'success' | 'error';
}
interface ActionAnswer {
  readonly notice?: Notice;
  readonly redirectUrl?: string;
}
interface Row {
  readonly id: string;
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
}
interface Property {
  readonly path: string;
  readonly custom: {
    readonly label: string;
    readonly kind: string;
    readonly resource?: string;
    readonly column?: string;
  };
}
interface ValueProps {
  readonly property: Property;
  readonly record: Row;
}
interface ActionProps {
  readonly action: {
    readonly name: string;
    readonly variant: string;
    readonly custom: { readonly label: string; readonly question: string };
  };
  readonly resource: { readonly id: string };
  readonly record?: Row;
  readonly records?: readonly Row[];
}

const h = React.createElement;
const root = window.REDUX_STATE.paths.rootPath;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const NONE = () => h('span', { className: 'ch-none' }, '–');

const TONES: Readonly<Record<string, string>> = {
  COMPLETED: 'good',
  accepted: 'good',
  ERROR: 'bad',
  lost: 'bad',
  FETCHING_ORIGIN: 'busy',
  RASTERIZING: 'busy',
  PUSHING_TO_DLCS: 'busy',
  BUILDING_DLCS_REQUEST: 'busy',
  posting: 'busy',
  running: 'busy',
  working: 'busy',
  idle: 'good',
  enabled: 'good',
  disabled: 'bad',
  done: 'good',
  failed: 'bad',
  refused: 'bad',
};

function Badge({ word }: { word: string }): Element {
  return h('span', { className: `ch-badge ch-badge-${TONES[word] ?? 'plain'}` }, word.replaceAll('_', ' '));
}

/** In the reader's own time zone; the exact moment in UTC when the mouse rests on it. */
function Time({ moment }: { moment: string }): Element {
  const date = new Date(moment);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return h('time', { className: 'ch-time', dateTime: moment, title: moment }, `${day} ${time}`);
}

function duration(totalSeconds: number): string {
  if (totalSeconds < 10) return `${totalSeconds.toFixed(2)} s`;
  if (totalSeconds < 60) return `${totalSeconds.toFixed(1)} s`;
  const minutes = Math.floor(totalSeconds / 60);
  const seconds = Math.round(totalSeconds % 60);
  if (minutes < 60) return `${minutes} min ${seconds} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function pageLink(path: string, text: string, className: string): Element {
  return h(ReactRouterDOM.Link, { to: `${root}${path}`, className }, text);
}

/** A value of whatever kind, in the list or on the page of its row. */
function Value({ property, record, isListed }: ValueProps & { isListed: boolean }): Element {
  const { kind, resource, column } = property.custom;
  const value = record.params[property.path];
  if (value === undefined || value === null || value === '') return h(NONE, null);
  const text = String(value);
  // A list has no room for whole ids, and none for a group that is named by one.
  const shown = isListed && UUID.test(text) ? `${text.slice(0, 8)}…` : text;
  switch (kind) {
    case 'id':
      return h('span', { className: 'ch-id', title: text }, shown);
    case 'reference':
      return pageLink(`/resources/${resource}/records/${text}/show`, shown, 'ch-link');
    case 'related':
      return pageLink(
        `/resources/${resource}?filters.${column}=${encodeURIComponent(record.id)}`,
        text,
        'ch-plain-link ch-number',
      );
    case 'task':
      return h('a', { href: `${root}/tasks/${text}`, className: 'ch-link' }, shown);
    case 'url':
      return /^https?:\/\//.test(text)
        ? h(
            'a',
            {
              href: text,
              target: '_blank',
              rel: 'noreferrer',
              className: isListed ? 'ch-plain-link ch-clip' : 'ch-plain-link',
            },
            text,
          )
        : text;
    case 'timestamp':
      return h(Time, { moment: text });
    case 'duration':
      return h('span', { className: 'ch-number' }, duration(Number(value)));
    case 'number':
      return h('span', { className: 'ch-number' }, text);
    case 'status':
      return h(Badge, { word: text });
    case 'json':
    case 'long-text':
      return isListed
        ? h('span', { className: 'ch-clip', title: text }, text)
        : h('pre', { className: 'ch-block' }, text);
    default:
      return h('span', { className: isListed ? 'ch-clip' : '', title: text }, shown);
  }
}

function ListValue(props: ValueProps): Element {
  return h(Value, { ...props, isListed: true });
}

function ShowValue(props: ValueProps): Element {
  return h(
    AdminJSDesignSystem.ValueGroup,
    { label: props.property.custom.label },
    h(Value, { ...props, isListed: false }),
  );
}

/** Asks before something is done to one task or to many. */
function ConfirmTasks(props: ActionProps): Element {
  const { action, resource, record, records } = props;
  const [isBusy, setBusy] = React.useState(false);
  const addNotice = AdminJS.useNotice();
  const navigate = ReactRouter.useNavigate();
  const rows = records ?? (record ? [record] : []);
  const carryOut = async () => {
    setBusy(true);
    const api = new AdminJS.ApiClient();
    const call = { resourceId: resource.id, actionName: action.name, method: 'post' };
    try {
      const { data } = records
        ? await api.bulkAction({ ...call, recordIds: records.map(({ id }) => id) })
        : await api.recordAction({ ...call, recordId: record?.id });
      if (data.notice) addNotice(data.notice);
      if (data.redirectUrl) navigate(`${data.redirectUrl}?refresh=true`);
    } catch {
      addNotice({ message: 'That did not work; the log says why', type: 'error' });
    }
    setBusy(false);
  };
  return h(
    React.Fragment,
    null,
    h(
      AdminJSDesignSystem.DrawerContent,
      null,
      h(AdminJS.ActionHeader, { ...props, omitActions: true }),
      h('p', { className: 'ch-question' }, action.custom.question),
      h(
        'ul',
        { className: 'ch-tasks' },
        rows.map(({ id, title }) =>
          h('li', { key: id }, title, ' ', h('span', { className: 'ch-id ch-none' }, id)),
        ),
      ),
    ),
    h(
      AdminJSDesignSystem.DrawerFooter,
      null,
      h(
        AdminJSDesignSystem.Button,
        { variant: 'contained', color: action.variant, disabled: isBusy, onClick: carryOut },
        rows.length === 1 ? action.custom.label : `${action.custom.label} (${rows.length})`,
      ),
    ),
  );
}

const REFRESH_MILLISECONDS = 5_000;

/** The first page: the queue's figures and the engines, read again every few seconds. */
function DashboardPage(): Element {
  const [data, setData] = React.useState<Dashboard | undefined>(undefined);
  React.useEffect(() => {
    const api = new AdminJS.ApiClient();
    const read = () => {
      api.getDashboard().then(
        (response) => setData(response.data),
        () => undefined,
      );
    };
    read();
    const timer = setInterval(read, REFRESH_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  if (data === undefined) return null;
  return h(
    'div',
    { className: 'ch-page' },
    h('h1', null, 'Composite Handler'),
    h(
      'div',
      { className: 'ch-figures' },
      data.figures.map(({ label, value, resource }) =>
        h(
          ReactRouterDOM.Link,
          { key: label, to: `${root}/resources/${resource}`, className: 'ch-figure' },
          h('strong', null, value.toLocaleString('en')),
          h('span', null, label),
        ),
      ),
    ),
    h('h2', null, 'Engines'),
    data.engines.length === 0
      ? h('p', { className: 'ch-none' }, 'No engine is running.')
      : h(EngineTable, { engines: data.engines }),
  );
}

function EngineTable({ engines }: Pick<Dashboard, 'engines'>): Element {
  const headings = ['Host', 'State', 'Workers', 'Running tasks', 'Reincarnations', 'Uptime'];
  return h(
    'table',
    { className: 'ch-table' },
    h('thead', null, h('tr', null, ...headings.map((heading) => h('th', { key: heading }, heading)))),
    h(
      'tbody',
      null,
      engines.map(({ id, host, state, workerCount, running, reincarnations, uptimeSeconds }) =>
        h(
          'tr',
          { key: id },
          h('td', null, pageLink(`/resources/engines/records/${id}/show`, host, 'ch-plain-link')),
          h('td', null, h(Badge, { word: state })),
          h('td', { className: 'ch-number' }, workerCount),
          h('td', { className: 'ch-number' }, running),
          h('td', { className: 'ch-number' }, reincarnations),
          h('td', { className: 'ch-number' }, duration(uptimeSeconds)),
        ),
      ),
    ),
  );
}

function SidebarBranding({ branding }: { branding: { logo: string; companyName: string } }): Element {
  return h(
    ReactRouterDOM.Link,
    { to: root, className: 'ch-brand' },
    h('img', { src: branding.logo, alt: '' }),
    branding.companyName,
  );
}

interface NavigationProps {
  readonly resources: readonly {
    readonly id: string;
    /** Null where whoever is signed in may not see it. */
    readonly href: string | null;
    readonly navigation: { readonly name: string };
  }[];
}

/** The lists, under the names of their groups; all of them are open. */
function SidebarResourceSection({ resources }: NavigationProps): Element {
  const shown = resources.filter(({ href }) => href !== null);
  const groups = Map.groupBy(shown, ({ navigation }) => navigation.name);
  return h(
    'nav',
    { className: 'ch-nav' },
    [...groups].map(([group, members]) =>
      h(
        'div',
        { key: group },
        h('h2', null, group),
        members.map(({ id, href }) =>
          h(ReactRouterDOM.NavLink, { key: id, to: href }, h(NavigationLabel, { id })),
        ),
      ),
    ),
  );
}

function NavigationLabel({ id }: { id: string }): Element {
  return AdminJS.useTranslation().translateLabel(id);
}

Object.assign(AdminJS.UserComponents, {
  ListValue,
  ShowValue,
  ConfirmTasks,
  Dashboard: DashboardPage,
  SidebarBranding,
  SidebarResourceSection,
});

export {};
