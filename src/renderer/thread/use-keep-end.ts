import { useEffect, type RefObject } from 'react';

/** When a reply grows or the window gets smaller, the list loses height below: who had its end (within `near` px) before them keeps it. */
export function useKeepEnd(scroller: RefObject<HTMLElement | null>, near: number): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const below = element.scrollHeight - element.scrollTop - height;
      if (element.clientHeight < height && below <= near) element.scrollTop = element.scrollHeight;
      height = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, near]);
}
