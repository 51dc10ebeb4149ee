/** Of the longer side of each thumbnail, at most. */
export const THUMBNAIL_WIDTHS = [320, 1280] as const;
