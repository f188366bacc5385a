import React, { useState } from 'react';
import { AdminCallError, mayAct, OutsideLink } from '../../../../app-kit/pages/index.ts';
import type { MemberDetail } from '../shapes.ts';
import { revealOrigin } from './api.ts';

/** The origin of a member; operators can see what is masked in it, which the audit log notes. */
export function MemberOrigin({ member }: { readonly member: MemberDetail }) {
  const [revealed, setRevealed] = useState<string>();
  const [fault, setFault] = useState<string>();
  if (revealed !== undefined) return <span>{revealed}</span>;
  const reveal = () => {
    revealOrigin(member.id).then(setRevealed, (error: unknown) =>
      setFault(error instanceof AdminCallError ? error.message : 'It could not be shown.'),
    );
  };
  return (
    <>
      <OutsideLink url={member.origin} />
      {member.isOriginMasked && mayAct() && (
        <>
          {' '}
          <button type="button" className="ch-button" onClick={reveal}>
            Show
          </button>
        </>
      )}
      {fault !== undefined && <p role="alert">{fault}</p>}
    </>
  );
}
