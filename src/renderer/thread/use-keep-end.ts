import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, type RefObject } from 'react';

/**
 * When a reply grows or the window gets smaller, the list loses height below: who had its end (within `near` px) before them keeps it.
 * The virtualizer goes there, since it alone knows what else moves the list in the same frame, and stays until nothing moves any more.
 */
export function useKeepEnd(
  scroller: RefObject<HTMLElement | null>,
  virtualizer: Pick<Virtualizer<HTMLDivElement, Element>, 'scrollToEnd'>,
  near: number,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const below = element.scrollHeight - element.scrollTop - height;
      if (element.clientHeight < height && below <= near) virtualizer.scrollToEnd();
      height = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, virtualizer, near]);
}
