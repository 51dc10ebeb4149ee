import { CornerDownRight, FileText } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { ThreadFile } from '#shared/thread-views.ts';

import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import type { OpenThread } from '../state/thread-store.ts';
import { fileSize, isolate } from '../words/sentences.ts';
import { moment } from '../words/times.ts';
import { isPhoto, useFilesOff } from './Attachments.tsx';
import { useFiles } from './use-files.ts';

const FIRST = 8;

function FileLine({ entry }: { entry: ThreadFile }): ReactElement {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const now = useSlice('clock', (clock) => clock.now);
  const off = useFilesOff();
  const { file, author, at, seq } = entry;
  const about = `${isolate(author.name)} · ${moment(at, now, i18n.language)} · ${fileSize(file.bytes, i18n.language)}`;
  const shape = 'flex min-w-0 flex-1 items-center gap-3 rounded-sm p-1 text-start hover:bg-n3';
  const words = (
    <span className="min-w-0 flex-1">
      <bdi className="block truncate text-sm" title={file.name}>
        {file.name}
      </bdi>
      <span className="block truncate text-xs text-n11">{about}</span>
    </span>
  );
  return (
    <li className="flex items-center gap-1">
      {off ? (
        <div className="flex min-w-0 flex-1 items-center gap-3 p-1">{words}</div>
      ) : isPhoto(file) ? (
        <button
          type="button"
          aria-label={t('files.view', { name: file.name })}
          className={shape}
          onClick={() => app.ui.setState({ viewing: file.id })}
        >
          <img src={file.url} alt="" loading="lazy" decoding="async" className="size-9 shrink-0 rounded-xs bg-n3 object-cover" />
          {words}
        </button>
      ) : (
        <a href={file.url} download={file.name} className={shape}>
          <span className="flex size-9 shrink-0 items-center justify-center rounded-xs bg-n3">
            <FileText className="size-4 text-n10" aria-hidden="true" />
          </span>
          {words}
        </a>
      )}
      {seq !== null && (
        <button
          type="button"
          aria-label={t('files.showOf', { name: file.name })}
          title={t('files.show')}
          onClick={() => app.thread.getState().goTo(seq, 'seq')}
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12"
        >
          <CornerDownRight className="size-4 rtl:-scale-x-100" aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

/** The files of the open thread, newest first. */
export function FilesSection({ shown }: { shown: OpenThread }): ReactElement {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const off = useFilesOff();
  const { files, failure } = useFiles(shown.place, shown.newest);
  const listed = all ? files : files?.slice(0, FIRST);
  return (
    <section aria-label={t('files.title')} className="mt-6">
      <h3 className="text-xs text-n11">
        {t('files.title')} {files !== null && files.length > 0 && <span className="tabular-nums">{files.length}</span>}
      </h3>
      {failure !== null && (
        <p role="alert" className="mt-2 text-sm text-red">
          {failure}
        </p>
      )}
      {off && <p className="mt-1 text-sm text-n11">{t('policies.filesOff')}</p>}
      {files?.length === 0 && <p className="mt-1 text-sm text-n11">{t('files.none')}</p>}
      <ul className="-mx-1 mt-1">
        {listed?.map((entry) => (
          <FileLine key={`${entry.key}/${entry.file.id}`} entry={entry} />
        ))}
      </ul>
      {files !== null && !all && files.length > FIRST && (
        <Button small className="mt-1" onClick={() => setAll(true)}>
          {t('files.all', { count: files.length })}
        </Button>
      )}
    </section>
  );
}
