import type { Action, ActionContext, ActionRequest, RecordActionResponse } from 'adminjs';

/** One field of a form, as the component `FormAction` shows it. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password' | 'select';
  /** The words of a `select`. */
  readonly values?: readonly string[];
  readonly hint?: string;
  readonly isRequired?: boolean;
}

/** What a form shows, and what it does. */
export interface Form {
  readonly icon: string;
  readonly variant: 'primary' | 'danger';
  /** As on a button: "Change role". */
  readonly label: string;
  /** What stands above the fields. */
  readonly explanation?: string;
  /** A field of a record that has a value of that name starts with it. */
  readonly fields: readonly FormField[];
  /** Errors whose message is meant for whoever sent the form; all others are ours. */
  readonly expectedErrors: readonly (new (
    ...parts: never[]
  ) => Error)[];
  /** Does it; answers what to say. Of a record, `context.record` is there. */
  readonly submit: (values: FormValues, context: ActionContext) => Promise<string>;
  /** Whether a record has this action just now; roles are looked after elsewhere. */
  readonly isOffered?: (context: ActionContext) => boolean;
}

/** What was sent: fields that are not there are empty. */
export type FormValues = (name: string) => string;

type FormAction = Omit<Partial<Action<RecordActionResponse>>, 'after' | 'handler'> & {
  readonly handler: (request: ActionRequest, response: unknown, context: ActionContext) => Promise<object>;
};

/** An action that is a form in a drawer, of one record or of the resource; a GET alone never changes anything. */
export function formAction(actionType: 'record' | 'resource', form: Form): FormAction {
  const { icon, variant, label, explanation, fields, isOffered = () => true } = form;
  return {
    actionType,
    icon,
    variant,
    component: 'FormAction',
    showInDrawer: true,
    custom: { label, explanation, fields },
    isVisible: isOffered,
    isAccessible: isOffered,
    async handler(request, _response, context) {
      const { record, currentAdmin, h, resource } = context;
      const answer = record ? { record: record.toJSON(currentAdmin) } : {};
      if (request.method !== 'post') return answer;
      const payload: Record<string, unknown> = { ...request.payload };
      const values: FormValues = (name) => {
        const value = payload[name];
        return typeof value === 'string' ? value : '';
      };
      try {
        const message = await form.submit(values, context);
        return {
          ...answer,
          notice: { message, type: 'success' },
          redirectUrl: h.resourceUrl({ resourceId: resource.id() }),
        };
      } catch (error) {
        if (!(error instanceof Error) || !form.expectedErrors.some((expected) => error instanceof expected)) {
          throw error;
        }
        return { ...answer, notice: { message: error.message, type: 'error' } };
      }
    },
  };
}
