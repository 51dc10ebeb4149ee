import { Check } from 'lucide-react';
import { useId, useState, type KeyboardEvent, type ReactElement, type ReactNode, type RefObject } from 'react';

export type PickOption = { id: string; name: string; on: boolean; icon?: ReactNode };

export type PickListProps = {
  label: string;
  placeholder: string;
  options: readonly PickOption[];
  /** What a name that isn't there makes; `null` when it can't be made. */
  create?: (name: string) => PickOption | null;
  several: boolean;
  empty: string;
  onPick: (option: PickOption) => void;
  field: RefObject<HTMLInputElement | null>;
};

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** A field that narrows a list; arrows and Enter choose without leaving it. */
export function PickList({ label, placeholder, options, create, several, empty, onPick, field }: PickListProps): ReactElement {
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const wanted = folded(query.trim());
  const begins = ({ name }: PickOption): boolean => folded(name).startsWith(wanted);
  const found = options
    .filter(({ name }) => folded(name).includes(wanted))
    .toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
  const made = query.trim() === '' || options.some(({ name }) => name === query.trim()) ? null : (create?.(query) ?? null);
  const shown = made ? [...found, made] : found;
  const place = Math.min(at, shown.length - 1);

  const choose = (option: PickOption | undefined): void => {
    if (!option) return;
    onPick(option);
    setQuery('');
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((place + step + shown.length) % Math.max(1, shown.length));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) choose(shown[place]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="pt-1">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={place >= 0 ? `${id}-${place}` : undefined}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className="h-8 w-full rounded-sm border border-n7 bg-n1 px-2 text-sm placeholder:text-n11"
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        aria-multiselectable={several}
        className="mt-2 flex max-h-72 min-h-9 flex-col overflow-y-auto"
      >
        {shown.length === 0 && <p className="px-2 py-2 text-sm text-n11">{empty}</p>}
        {shown.map((option, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field has the focus and the keys
          <div
            key={option.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={option.on}
            data-highlighted={index === place ? '' : undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(option)}
            className="flex min-h-9 items-center gap-2 rounded-sm px-2 text-sm data-[highlighted]:bg-n3"
          >
            {option.icon}
            <bdi className="min-w-0 flex-1 truncate" title={option.name}>
              {option.name}
            </bdi>
            {option.on && <Check className="size-4 shrink-0 text-accent-text" aria-hidden="true" />}
          </div>
        ))}
      </div>
    </div>
  );
}
