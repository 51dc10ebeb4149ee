import { serve, type Port, type Served } from '#shared/bridge.ts';
import type { EventData, EventName, Handlers } from '#shared/contract.ts';
import type { ThreadName } from '#shared/ids.ts';

import type { ViewState } from './handlers.ts';
import type { Core } from './platform.ts';
import type { Emit } from './views/broadcast.ts';

type Place = { conversation: string; thread: ThreadName };
/** What a page does that its commands need to know of. */
export type OpenPage = { opened: Place[]; setView(view: ViewState): void };

type Page = { served: Served; opened: Place[]; view: ViewState };

export type Pages = {
  readonly emit: Emit;
  /** What the person has before them: of the page that has the focus. */
  view: () => ViewState;
  /** The places that pages have open, each as often as it is. */
  opened: () => Place[];
  goTo: (...place: Parameters<Core['goTo']>) => void;
  attach: (port: Port) => void;
  close: () => void;
};

export type PagesOptions = {
  handlers: (page: OpenPage) => Handlers;
  onBug: (command: string, error: unknown) => void;
  /** `last`: nobody is left. */
  onClosed: (opened: readonly Place[], last: boolean) => void;
};

/** The windows that show the app, each behind a channel of its own. */
export function createPages({ handlers: handlersOf, onBug, onClosed }: PagesOptions): Pages {
  const pages = new Set<Page>();
  /** A place to go to that nobody could be told of yet: a click that started the app. */
  let waitingPlace: EventData<'go-to'> | null = null;
  const emit: Emit = <N extends EventName>(name: N, data: EventData<N>): void => {
    for (const page of pages) page.served.emit(name, data);
  };
  return {
    emit,
    view: () => [...pages].find((page) => page.view.focused)?.view ?? { focused: false, open: null },
    opened: () => [...pages].flatMap(({ opened }) => opened),
    goTo(place) {
      if (pages.size === 0) waitingPlace = place;
      else emit('go-to', place);
    },
    attach(port) {
      const opened: Place[] = [];
      const handlers = handlersOf({ opened, setView: (view) => Object.assign(page, { view }) });
      const start = handlers['app.start'];
      handlers['app.start'] = (input) => {
        // Behind the answer: the page knows who is signed in before it goes anywhere.
        setTimeout(() => {
          if (waitingPlace) emit('go-to', waitingPlace);
          waitingPlace = null;
        }, 0);
        return start(input);
      };
      const served = serve(
        port,
        handlers,
        (error, command) => onBug(command, error),
        () => {
          pages.delete(page);
          onClosed(opened, pages.size === 0);
        },
      );
      const page: Page = { served, opened, view: { focused: false, open: null } };
      pages.add(page);
    },
    close() {
      for (const page of pages) page.served.close();
      pages.clear();
    },
  };
}
