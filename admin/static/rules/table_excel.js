// Tables to Excel and back. What is sent and fetched is the draft as it is saved.

import { token } from '../api.js';
import { h } from './dom.js';
import { say } from './words.js';

const MOST_BYTES = 1_000_000;

/** Hands the workbook to the browser. Resolves to what speaks against it, or nothing. */
export async function download(address, name) {
  const answer = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok) return (await answer?.json().catch(() => null))?.problem ?? say('excel_failed');
  const link = h('a', { href: URL.createObjectURL(await answer.blob()), download: `${name}.xlsx` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return null;
}

/** {rows, wrong: [{row, column, cell, message}]} of a workbook; {problem} where it is none of this table. */
export async function upload(address, file) {
  if (file.size > MOST_BYTES) return { problem: say('excel_too_large') };
  const headers = { Accept: 'application/json', 'X-CSRFToken': token, 'Content-Type': 'application/octet-stream' };
  const answer = await fetch(address, { method: 'POST', credentials: 'same-origin', headers, body: file }).catch(() => null);
  return (await answer?.json().catch(() => null)) ?? { problem: say('excel_failed') };
}
