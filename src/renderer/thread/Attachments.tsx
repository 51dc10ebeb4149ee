import { FileText } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { enforcedPolicy } from '#shared/policies.ts';
import type { MessageView } from '#shared/views.ts';

import { useSlice } from '../state/app.ts';
import { fileSize } from '../words/sentences.ts';

type Attachment = MessageView['attachments'][number];

const BOX = { width: 320, height: 240 };

/** The box that a photo gets before its bytes are here, so that nothing moves when they come. */
export function photoBox({ width, height }: Pick<Attachment, 'width' | 'height'>): { width: number; height: number } {
  if (!width || !height) return BOX;
  const scale = Math.min(1, BOX.width / width, BOX.height / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

function File({ file }: { file: Attachment }): ReactElement {
  const { i18n } = useTranslation();
  const size = fileSize(file.bytes, i18n.language);
  return (
    <a
      href={file.url}
      download={file.name}
      className="flex h-12 max-w-full items-center gap-3 rounded-sm border border-n6 bg-n1 px-3 hover:bg-n3"
    >
      <FileText className="size-5 shrink-0 text-n10" strokeWidth={1.5} aria-hidden="true" />
      <span className="min-w-0">
        <bdi className="block truncate text-sm font-medium" title={file.name}>
          {file.name}
        </bdi>
        <span className="block text-xs text-n11">{size}</span>
      </span>
    </a>
  );
}

function Photo({ file }: { file: Attachment }): ReactElement {
  const [broken, setBroken] = useState(false);
  const { width, height } = photoBox(file);
  if (broken) return <File file={file} />;
  return (
    <a
      href={file.url}
      download={file.name}
      className="photo block overflow-hidden rounded-sm border border-n5 bg-n3"
      style={{ width, height }}
    >
      <img
        src={file.url}
        alt={file.name}
        width={width}
        height={height}
        loading="lazy"
        decoding="async"
        className="size-full object-cover"
        onError={() => setBroken(true)}
      />
    </a>
  );
}

/** Where files are turned off: what there would be, and why it isn’t. */
function FileNames({ files, why }: { files: readonly Attachment[]; why: string }): ReactElement {
  return (
    <div className="mt-1 mb-1 text-sm text-n11">
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <bdi>{file.name}</bdi>
          </li>
        ))}
      </ul>
      <p className="text-xs">{why}</p>
    </div>
  );
}

export function Attachments({ files }: { files: readonly Attachment[] }): ReactElement | null {
  const { t } = useTranslation();
  const off = useSlice('session', (state) => enforcedPolicy(state.policies, 'AttachmentsEnabled') === false);
  if (files.length === 0) return null;
  if (off) return <FileNames files={files} why={t('policies.filesOff')} />;
  return (
    <div className="mt-1 mb-1 flex flex-wrap gap-2">
      {files.map((file) =>
        file.type.startsWith('image/') ? <Photo key={file.id} file={file} /> : <File key={file.id} file={file} />,
      )}
    </div>
  );
}
