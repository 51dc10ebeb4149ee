// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit';

import { FontBook, type FontFile } from './fonts.ts';
import { layoutText, type Line, type Measure } from './text-layout.ts';

export type TextStyle = {
  size: number;
  bold?: boolean;
  color?: string;
  /** Points from the left margin. */
  indent?: number;
  align?: 'start' | 'center';
};

type Fontkit = { hasGlyphForCodePoint(codePoint: number): boolean };
/** What pdfkit has and its types don't tell. */
type OpenFont = { font: Fontkit; widthOfString(text: string, size: number, features: readonly string[]): number };

type OpenImage = { width: number; height: number };

const MARGIN = 54;
const FOOTER = 28;
const LEADING = 1.38;
const WIDTHS_KNOWN = 20_000;
const GRAY = '#6b7280';
/** Lays a run out as a whole, with all that its script needs, instead of word by word. */
const WHOLE: PDFKit.Mixins.OpenTypeFeatures[] = [];

/** Paper that is written from top to bottom: each text breaks into lines, each line goes to the next page where this one is full. */
export class PdfPage {
  readonly document: PDFKit.PDFDocument;
  readonly #fonts: FontBook;
  readonly #open = new Map<string, OpenFont>();
  readonly #widths = new Map<string, number>();
  readonly #footer: string;
  #page = 0;
  #y = MARGIN;

  constructor({ title, author, footer, createdAt }: { title: string; author: string; footer: string; createdAt: number }) {
    this.#footer = footer;
    this.#fonts = new FontBook((file, codePoint) => this.#openFont(file).font.hasGlyphForCodePoint(codePoint));
    this.document = new PDFDocument({
      size: 'A4',
      margin: 0,
      autoFirstPage: false,
      // Its own one is never used, and would have to lie beside the program.
      font: '',
      info: { Title: title, Author: author, CreationDate: new Date(createdAt), Producer: 'Trialogue', Creator: 'Trialogue' },
      lang: 'en',
      displayTitle: true,
    });
    this.#nextPage();
  }

  get width(): number {
    return this.document.page.width - 2 * MARGIN;
  }

  write(text: string, { size, bold = false, color = '#111827', indent = 0, align = 'start' }: TextStyle): void {
    for (const line of layoutText(text, this.width - indent, this.#measure(size, bold))) {
      this.keepTogether(size * LEADING);
      const left = MARGIN + indent;
      const free = this.width - indent - line.width;
      const x = align === 'center' ? left + free / 2 : line.isRightToLeft ? left + free : left;
      this.#draw(line, x, this.#y + size, size, color);
      this.#y += size * LEADING;
    }
  }

  /** Begins a new page unless there is room for so many points here. */
  keepTogether(height: number): void {
    if (this.#y + height > this.document.page.height - MARGIN - FOOTER) this.#nextPage();
  }

  space(height: number): void {
    this.#y += height;
  }

  line(): void {
    const { document } = this;
    document
      .moveTo(MARGIN, this.#y)
      .lineTo(MARGIN + this.width, this.#y)
      .lineWidth(0.5)
      .strokeColor('#d1d5db')
      .stroke();
    this.space(6);
  }

  /** A JPEG or PNG, as large as it is in points, within bounds. What turns out to be none is left out. */
  picture(bytes: Buffer, { indent, mostWidth, mostHeight }: { indent: number; mostWidth: number; mostHeight: number }): void {
    const image = this.#openImage(bytes);
    if (!image) return;
    const scale = Math.min(1, mostWidth / image.width, mostHeight / image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    this.keepTogether(height + 4);
    this.document.image(image as unknown as Buffer, MARGIN + indent, this.#y, { width, height });
    this.#y += height + 4;
  }

  #openImage(bytes: Buffer): OpenImage | null {
    try {
      return (this.document as unknown as { openImage(bytes: Buffer): OpenImage }).openImage(bytes);
    } catch {
      return null; // its name stands there, whatever its bytes are
    }
  }

  #measure(size: number, bold: boolean): Measure {
    return {
      fontFor: (codePoint) => this.#fonts.find(codePoint, bold),
      has: (font, codePoint) => this.#openFont(font).font.hasGlyphForCodePoint(codePoint),
      widthOf: (text, font) => {
        const widths = this.#widths;
        // Words come again and again, and are wide in proportion to their size.
        const id = `${font.name}/${text}`;
        const known = widths.get(id) ?? this.#openFont(font).widthOfString(text, 1, WHOLE);
        if (widths.size >= WIDTHS_KNOWN) widths.clear();
        widths.set(id, known);
        return known * size;
      },
    };
  }

  #openFont(file: FontFile): OpenFont {
    const known = this.#open.get(file.name);
    if (known) return known;
    this.document.registerFont(file.name, file.path).font(file.name);
    const opened = (this.document as unknown as { _font: OpenFont })._font;
    this.#open.set(file.name, opened);
    return opened;
  }

  #draw(line: Line, left: number, baseline: number, size: number, color: string): void {
    let x = left;
    for (const { text, font, width } of line.runs) {
      this.document.font(font.name).fontSize(size).fillColor(color);
      this.document.text(text, x, baseline, { lineBreak: false, baseline: 'alphabetic', features: WHOLE });
      x += width;
    }
  }

  #nextPage(): void {
    this.document.addPage();
    this.#page += 1;
    const baseline = this.document.page.height - MARGIN + 10;
    const measure = this.#measure(8, false);
    const [number] = layoutText(`Page ${this.#page}`, this.width, measure);
    const [footer] = layoutText(this.#footer, this.width - number!.width - 20, measure);
    this.#draw(footer!, MARGIN, baseline, 8, GRAY);
    this.#draw(number!, MARGIN + this.width - number!.width, baseline, 8, GRAY);
    this.#y = MARGIN;
  }
}
