import React, { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import {
  adminPath,
  Choice,
  ConfirmButton,
  DetailPage,
  ExactTime,
  Facts,
  Field,
  FormEnd,
  Icon,
  listPath,
  Page,
  Panel,
  RelativeTime,
  readSiteState,
  recordPath,
  StateBadge,
  useLive,
  useSending,
} from '../../../app-kit/pages/index.ts';
import { ROLES } from '../../access/roles.ts';
import type { AdministratorRow } from '../../people/shapes.ts';
import { stateOf } from './administrators-page.tsx';
import { actOnAdministrator, createAdministrator, peoplePath } from './api.ts';

const ABOVE = [['Administrators', listPath('administrators')]] as const;
const ROLE_CHOICES = ROLES.map((role) => [role, role] as const);
const PASSWORD_HINT = 'At least 12 characters, and not a common password.';

/** One administrator, and what can be changed; under the id `new`, the form of a new one. */
export function AdministratorPage({ recordId }: { readonly recordId: string }) {
  return recordId === 'new' ? <NewAdministratorPage /> : <KnownAdministratorPage id={recordId} />;
}

function NewAdministratorPage() {
  const navigate = useNavigate();
  const [values, setValues] = useState({ username: '', email: '', role: 'viewer', password: '' });
  const set = (name: keyof typeof values) => (value: string) =>
    setValues((known) => ({ ...known, [name]: value }));
  const sending = useSending(async () => {
    const id = await createAdministrator(values);
    navigate(adminPath(recordPath('administrators', id)));
  });
  return (
    <Page title="New administrator" above={ABOVE}>
      <form onSubmit={sending.onSubmit}>
        <Panel title="Account">
          <div className="ch-fields">
            <Field
              label="Username"
              hint="Letters, digits and @ . + - _"
              value={values.username}
              onValue={set('username')}
              isRequired
            />
            <Field label="E-mail" type="email" value={values.email} onValue={set('email')} />
            <Choice
              label="Role"
              hint="A viewer looks; an operator acts on tasks and submissions; a superuser does everything."
              value={values.role}
              onValue={set('role')}
              choices={ROLE_CHOICES}
            />
            <Field
              label="Password"
              type="password"
              hint={PASSWORD_HINT}
              value={values.password}
              onValue={set('password')}
              isRequired
            />
          </div>
        </Panel>
        <FormEnd sending={sending} label="Create">
          <Link className="ch-button" to={adminPath(listPath('administrators'))}>
            Cancel
          </Link>
        </FormEnd>
      </form>
    </Page>
  );
}

function KnownAdministratorPage({ id }: { readonly id: string }) {
  const live = useLive<AdministratorRow>(peoplePath(`/administrators/${encodeURIComponent(id)}`));
  return (
    <DetailPage
      live={live}
      loadingTitle="Administrator"
      titleOf={({ username }) => username}
      aboveOf={() => ABOVE}
      besideOf={({ isDisabled }) => <StateBadge state={stateOf(isDisabled)} />}
      actionsOf={(administrator, onDone) => <Actions administrator={administrator} onDone={onDone} />}
      gone={{ title: 'This administrator is gone', text: 'The account was deleted.' }}
    >
      {(administrator) => (
        <Panel title="Account">
          <Facts
            facts={[
              ['Role', administrator.role],
              ['E-mail', administrator.email || null],
              ['Created', <ExactTime key="created" moment={administrator.created} />],
              [
                'Last login',
                administrator.lastLogin === null ? (
                  'never'
                ) : (
                  <RelativeTime key="login" moment={administrator.lastLogin} />
                ),
              ],
              [
                'Audit log',
                <Link
                  key="audit"
                  className="ch-plain-link"
                  to={adminPath(
                    `${listPath('audit-log')}?${new URLSearchParams({ username: administrator.username })}`,
                  )}
                >
                  What {administrator.username} did
                </Link>,
              ],
            ]}
          />
        </Panel>
      )}
    </DetailPage>
  );
}

function Actions(props: {
  readonly administrator: AdministratorRow;
  readonly onDone: (message: string) => void;
}) {
  const { administrator, onDone } = props;
  const { id, username, isDisabled } = administrator;
  const [role, setRole] = useState<string>(administrator.role);
  const [password, setPassword] = useState('');
  const navigate = useNavigate();
  const act = async (action: string, form: object = {}) => onDone(await actOnAdministrator(id, action, form));
  const isSelf = readSiteState().session?.id === id;
  return (
    <>
      <ConfirmButton
        label="Change role"
        icon={<Icon name="user" />}
        title={`Change the role of ${username}?`}
        onConfirm={() => act('changeRole', { role })}
      >
        <Choice label="Role" value={role} onValue={setRole} choices={ROLE_CHOICES} />
      </ConfirmButton>
      {!isSelf && (
        <ConfirmButton
          label="Set password"
          icon={<Icon name="edit" />}
          title={`Set the password of ${username}?`}
          onConfirm={async () => {
            await act('resetPassword', { password });
            setPassword('');
          }}
        >
          <p>All sessions of {username} end.</p>
          <Field
            label="Password"
            type="password"
            hint={PASSWORD_HINT}
            value={password}
            onValue={setPassword}
          />
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Sign out everywhere"
        icon={<Icon name="stopped" />}
        title={`Sign ${username} out everywhere?`}
        onConfirm={() => act('signOutEverywhere')}
      >
        <p>All sessions of {username} end at once.</p>
      </ConfirmButton>
      {isDisabled ? (
        <ConfirmButton
          label="Enable"
          icon={<Icon name="done" />}
          title={`Enable ${username}?`}
          onConfirm={() => act('enable')}
        >
          <p>{username} can sign in again, with the same password as before.</p>
        </ConfirmButton>
      ) : (
        <ConfirmButton
          label="Disable"
          icon={<Icon name="paused" />}
          tone="danger"
          title={`Disable ${username}?`}
          onConfirm={() => act('disable')}
        >
          <p>{username} is signed out everywhere, and cannot sign in until the account is enabled again.</p>
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Delete"
        icon={<Icon name="trash" />}
        tone="danger"
        title={`Delete ${username}?`}
        onConfirm={async () => {
          await actOnAdministrator(id, 'delete');
          navigate(adminPath(listPath('administrators')));
        }}
      >
        <p>The account is deleted permanently. What {username} did stays in the audit log.</p>
      </ConfirmButton>
    </>
  );
}
