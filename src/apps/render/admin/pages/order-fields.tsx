import React, { useState } from 'react';
import { Choice, Field, FormEnd, Panel, useSending } from '../../../../app-kit/pages/index.ts';
import type { OptionChoice, OrderableWorksheet, OrderForm, OrderInput } from '../shapes.ts';
import { OrderPreview } from './order-preview.tsx';

type OptionValues = OrderInput['options'];

/** The fields of an order, and a preview that follows them. */
export function OrderFields(props: {
  readonly form: OrderForm;
  readonly onOrder: (queueId: string, input: OrderInput) => Promise<void>;
}) {
  const { form, onOrder } = props;
  const [queueId, setQueueId] = useState(form.queues[0]?.id ?? '');
  const [input, setInput] = useState(() => startOf(form));
  const worksheet = form.worksheets.find(({ view }) => view === input.view);
  const set = (changed: Partial<OrderInput>) => setInput((now) => ({ ...now, ...changed }));
  const sending = useSending(async () => {
    await onOrder(queueId, input);
  });
  return (
    <form className="render-order" onSubmit={sending.onSubmit}>
      <div>
        <Panel title="What">
          <div className="ch-fields">
            <Choice
              label="Worksheet"
              value={input.view}
              onValue={(view) => {
                const chosen = form.worksheets.find((each) => each.view === view);
                if (chosen) set(ofWorksheet(chosen));
              }}
              choices={form.worksheets.map(({ view, title }) => [view, title])}
            />
            {worksheet?.options.map(({ name, label, choices }) => (
              <OptionField
                key={`${input.view} ${name}`}
                label={label}
                choices={choices}
                value={input.options[name]}
                onValue={(value) => set({ options: { ...input.options, [name]: value } })}
              />
            ))}
          </div>
        </Panel>
        <Panel title="Document">
          <div className="ch-fields">
            <OptionField
              label="Paper size"
              choices={form.paperSizes}
              value={input.paperSize}
              onValue={(value) => set({ paperSize: String(value) })}
            />
            <OptionField
              label="Language"
              choices={form.languages}
              value={input.language}
              onValue={(value) => set({ language: String(value) })}
            />
            <OptionField
              label="Colours"
              choices={form.colourModes}
              value={input.colourMode}
              onValue={(value) => set({ colourMode: String(value) })}
            />
            <Field
              label="Copies"
              type="number"
              hint={`From 1 to ${form.mostCopies.toLocaleString()}.`}
              value={input.copies > 0 ? String(input.copies) : ''}
              onValue={(value) => set({ copies: Number(value) })}
              isRequired
            />
            <Field
              label="Name"
              hint="In the footer, and in the name of the file."
              value={input.resourceName}
              onValue={(resourceName) => set({ resourceName })}
              isRequired
            />
            <Field
              label="Header"
              hint="At the top of each page."
              value={input.headerText}
              onValue={(headerText) => set({ headerText })}
            />
            <Choice
              label="Queue"
              value={queueId}
              onValue={setQueueId}
              choices={form.queues.map(({ id, name }) => [id, name])}
            />
          </div>
        </Panel>
        <FormEnd sending={sending} label="Order" />
      </div>
      <Panel title="Preview">
        <OrderPreview input={input} title={worksheet?.title ?? input.view} />
      </Panel>
    </form>
  );
}

/** A choice among the values of an option, which are texts or truth values. */
function OptionField(props: {
  readonly label: string;
  readonly choices: readonly OptionChoice[];
  readonly value: string | boolean | undefined;
  readonly onValue: (value: string | boolean) => void;
}) {
  const { label, choices, value, onValue } = props;
  return (
    <Choice
      label={label}
      value={String(value)}
      onValue={(text) => {
        const chosen = choices.find((choice) => String(choice.value) === text);
        if (chosen) onValue(chosen.value);
      }}
      choices={choices.map((choice) => [String(choice.value), choice.label])}
    />
  );
}

function startOf({ worksheets, paperSizes, languages, colourModes }: OrderForm): OrderInput {
  const [first] = worksheets;
  const { view, resourceName, options } = first
    ? ofWorksheet(first)
    : { view: '', resourceName: '', options: {} };
  return {
    view,
    resourceName,
    options,
    paperSize: String(paperSizes[0]?.value),
    language: String(languages[0]?.value),
    colourMode: String(colourModes[0]?.value),
    copies: 1,
    headerText: '',
  };
}

/** What changes with the worksheet: its options have their defaults, and it goes by its own name. */
function ofWorksheet({ view, title, options }: OrderableWorksheet) {
  const defaults: OptionValues = Object.fromEntries(
    options.flatMap(({ name, choices: [first] }) => (first ? [[name, first.value]] : [])),
  );
  return { view, resourceName: title, options: defaults };
}
