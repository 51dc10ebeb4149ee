import { useId, type ComponentProps, type ReactElement, type ReactNode } from 'react';

/** One thing to type, with what is wrong with it. */
export function Field({
  label,
  problem,
  hint = null,
  end,
  ...input
}: ComponentProps<'input'> & { label: string; problem: string | null; hint?: string | null; end?: ReactNode }): ReactElement {
  const id = useId();
  return (
    <div className="mt-4">
      <label htmlFor={id} className="block text-sm font-medium text-n12">
        {label}
      </label>
      <div className="relative mt-1">
        <input
          id={id}
          dir="ltr"
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? (hint === null ? undefined : `${id}-hint`) : `${id}-problem`}
          className="h-10 w-full rounded-sm border border-n7 bg-n1 px-3 text-base text-n12 outline-offset-0 placeholder:text-n10 read-only:bg-n3 read-only:text-n11 aria-invalid:border-red"
          {...input}
        />
        {end && <div className="absolute inset-y-1 end-1">{end}</div>}
      </div>
      {hint !== null && problem === null && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-n11">
          {hint}
        </p>
      )}
      {problem !== null && (
        <p id={`${id}-problem`} className="mt-1 text-sm text-red">
          {problem}
        </p>
      )}
    </div>
  );
}
