import { expect, test } from 'vitest';

import { identify, isPhoto, mayBeKept } from './identify.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const EXE = Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), Buffer.alloc(200, 0xfe)]);
const ELF = Buffer.concat([hex('7f454c46 02 01 01 00'), Buffer.alloc(60)]);

test.each([
  ['a note', Buffer.from('Hello'), 'text/plain'],
  ['a note about somebody', Buffer.from('MZ called'), 'text/plain'],
  ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'text/plain'],
  ['a PDF', Buffer.from('%PDF-1.7\n'), 'application/pdf'],
  ['bytes', Buffer.alloc(9), 'application/octet-stream'],
  ['a program for Windows', EXE, 'application/x-msdownload'],
  ['a program for Linux', ELF, 'application/x-elf'],
  ['a script', Buffer.from('#!/bin/sh\nrm -rf /'), 'text/x-script'],
])('[FILE-3] %s is taken for what its bytes say', async (_what, bytes, type) => {
  expect(await identify(bytes)).toBe(type);
});

test.each([
  ['application/x-msdownload', 'photo.png', 'executable'],
  ['application/x-elf', 'a', 'executable'],
  ['text/x-script', 'notes.txt', 'executable'],
  ['text/plain', 'invoice.pdf.js', 'executable'],
  ['text/plain', 'run.BAT', 'executable'],
  ['application/octet-stream', 'setup.exe. ', 'executable'],
  ['video/mp4', 'a.mp4', 'type'],
  ['application/pdfx', 'a.pdf', 'type'],
])('[FILE-3] %s as %s is refused', (type, name, reason) => {
  expect(() => mayBeKept(type, name, ['image/*', 'application/pdf', 'text/plain'])).toThrow(
    expect.objectContaining({ code: 'bad-request', details: { reason } }),
  );
});

test('[FILE-3] what a camera may have made is a photo, also where it can’t be read; plans and icons are not', () => {
  for (const type of ['image/jpeg', 'image/heic', 'image/x-canon-cr2', 'image/vnd.ms-photo'])
    expect([type, isPhoto(type)]).toEqual([type, true]);
  for (const type of ['image/vnd.dwg', 'image/vnd.adobe.photoshop', 'image/bmp', 'application/pdf']) {
    expect([type, isPhoto(type)]).toEqual([type, false]);
  }
});

test('[FILE-3] kinds that are allowed are kept', () => {
  for (const type of ['image/png', 'application/pdf']) {
    expect(mayBeKept(type, 'a.b', ['image/*', 'application/pdf'])).toBeUndefined();
  }
  expect(mayBeKept('video/mp4', 'a.mp4', ['*'])).toBeUndefined();
});
