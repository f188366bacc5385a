/** What the tests read of the JSON that the API and its messages have. The rest is compared as a whole. */
export interface ReplyBody {
  readonly task_id?: string;
  readonly status_check?: string;
  readonly index_suffix?: string;
  readonly model?: string;
  readonly action?: string;
  readonly state?: string;
  readonly active?: boolean;
  readonly progress?: number;
  readonly finish_time?: string | null;
  readonly steps?: readonly object[];
  readonly text?: string;
  readonly blocks?: readonly { readonly text: { readonly text: string } }[];
}

/** Returns the elements of a body that is a list. @throws {TypeError} if it is none. */
export function listed(body: ReplyBody): readonly ReplyBody[] {
  if (!Array.isArray(body)) throw new TypeError(`This is no list: ${JSON.stringify(body)}`);
  return body;
}
