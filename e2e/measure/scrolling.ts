import type { Page } from 'playwright';

export type Scrolled = {
  /** Frames that were drawn, of each second. */
  rate: number;
  /** ms between two frames, of the slowest. */
  slowest: number;
  /** Share of the frames in which a part of the view had no row. */
  blank: number;
};

/** Scrolls the element by `step` px a frame for `ms`, and watches each frame. `row`: selector of what must fill it. */
export function scrolling(page: Page, of: { selector: string; row: string; step: number; ms: number }): Promise<Scrolled> {
  return page.evaluate(scroll, of);
}

/** Runs in the page. */
function scroll({ selector, row, step, ms }: { selector: string; row: string; step: number; ms: number }): Promise<Scrolled> {
  const list = document.querySelector(selector)!;
  const gaps: number[] = [];
  let blank = 0;
  return new Promise((resolve) => {
    const from = performance.now();
    let last = from;
    const frame = (): void => {
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      const { top, left, height, width } = list.getBoundingClientRect();
      // As a person sees it: at three heights of the view there is a row, whatever the list believes.
      const isBlank = [0.1, 0.5, 0.9].some((share) => {
        const there = document.elementFromPoint(left + width / 2, top + height * share);
        return !there?.closest(row) && !there?.querySelector(row);
      });
      if (isBlank) blank++;
      list.scrollTop += step;
      if (now - from < ms) return void requestAnimationFrame(frame);
      const frames = gaps.length;
      resolve({ rate: (frames * 1_000) / (now - from), slowest: Math.max(...gaps), blank: blank / frames });
    };
    requestAnimationFrame(frame);
  });
}
