import { X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

/** What the composer speaks of: a message that is answered or corrected. */
export function Attached({
  title,
  text,
  stop,
  onStop,
}: {
  title: string;
  text: ReactNode;
  stop: string;
  onStop: () => void;
}): ReactElement {
  return (
    <div className="flex items-start gap-2 border-b border-n5 px-3 py-2">
      <div className="min-w-0 flex-1 border-s-2 border-accent ps-2">
        <p className="text-xs font-medium text-n11">{title}</p>
        <p dir="auto" className="truncate text-sm text-n11">
          {text}
        </p>
      </div>
      <button
        type="button"
        aria-label={stop}
        onClick={onStop}
        className="inline-flex size-6 items-center justify-center rounded-sm text-n11 hover:bg-n3"
      >
        <X className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}
