import type { NoticeMessage } from 'adminjs';

/** What an action of AdminJS answers, as far as our components read it. */
export interface ActionAnswer {
  readonly notice?: NoticeMessage;
  readonly redirectUrl?: string;
}
