import { useId, useState, type ComponentProps, type ReactElement, type ReactNode } from 'react';

import { wordsOf } from '../connect.ts';

/** One heading and what belongs to it. */
export function Section({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-b border-n5 py-4">
      <h3 id={id} className="mb-2 text-base font-semibold">
        {title}
      </h3>
      {children}
    </section>
  );
}

/** What is chosen at the right of what it is about. */
export function Line({ label, hint, children }: { label: string; hint?: string; children: ReactNode }): ReactElement {
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-2 py-1">
      <div className="min-w-0 flex-1 basis-48">
        <p className="text-sm text-n12">{label}</p>
        {hint && <p className="text-xs text-n11">{hint}</p>}
      </div>
      {children}
    </div>
  );
}

/** A box to tick with its words beside it; the whole line can be pressed. */
export function Tick({
  label,
  hint,
  ...input
}: Omit<ComponentProps<'input'>, 'type'> & { label: string; hint?: string | undefined }): ReactElement {
  const id = useId();
  return (
    <div className="flex min-h-9 items-center gap-3 py-1">
      <input
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="size-4 accent-accent"
        {...input}
      />
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="block text-sm text-n12">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-xs text-n11">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** Why something did not work, and a way to do what may not. */
export function useTrouble(): { trouble: ReactElement | null; ask: (work: Promise<unknown>) => Promise<boolean>; busy: boolean } {
  const [why, setWhy] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  return {
    busy,
    trouble:
      why === null ? null : (
        <p role="alert" className="mt-2 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {why}
        </p>
      ),
    async ask(work) {
      setWhy(null);
      setBusy(true);
      try {
        await work;
        return true;
      } catch (error) {
        setWhy(wordsOf(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
