import { ArrowUp, Check, Clock, TimerReset, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';

import type { MessageState } from '#shared/views.ts';

/** One shape for each state of an own message. */
export function StateIcon({ kind }: { kind: MessageState['kind'] }): ReactElement {
  switch (kind) {
    case 'held':
      return <TimerReset className="size-3.5 shrink-0 text-n10" aria-hidden="true" />;
    case 'queued':
      return <Clock className="size-3.5 shrink-0 text-amber" aria-hidden="true" />;
    case 'sending':
      return <ArrowUp className="size-3.5 shrink-0 text-n10" aria-hidden="true" />;
    case 'sent':
      return <Check className="size-3.5 shrink-0 text-n10" aria-hidden="true" />;
    case 'not-sent':
      return <TriangleAlert className="size-3.5 shrink-0 text-red" aria-hidden="true" />;
  }
}
