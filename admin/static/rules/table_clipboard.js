// What spreadsheets put on the clipboard: rows on lines, cells between tabs, cells with either in quotation marks.

export function fromClipboard(text) {
  const rows = [[]];
  let place = 0;
  while (place <= text.length) {
    const [cell, end] = text[place] === '"' ? quoted(text, place) : plain(text, place);
    rows.at(-1).push(cell);
    if (end >= text.length) break;
    const wasTab = text[end] === '\t';
    place = end + (text.startsWith('\r\n', end) ? 2 : 1);
    if (wasTab) continue;
    if (place >= text.length) break; // Excel ends the last line too
    rows.push([]);
  }
  return rows;
}

export function toClipboard(rows) { return rows.map((row) => row.map(cellText).join('\t')).join('\n'); }

function plain(text, start) {
  let end = start;
  while (end < text.length && !'\t\r\n'.includes(text[end])) end += 1;
  return [text.slice(start, end), end];
}

/** A cell in quotation marks, doubled inside; one that is not closed, or goes on behind them, is plain after all. */
function quoted(text, start) {
  let end = start + 1;
  while (end < text.length) {
    if (text[end] !== '"') end += 1;
    else if (text[end + 1] === '"') end += 2;
    else break;
  }
  const closes = end < text.length && (end + 1 === text.length || '\t\r\n'.includes(text[end + 1]));
  return closes ? [text.slice(start + 1, end).replaceAll('""', '"'), end + 1] : plain(text, start);
}

function cellText(text) { return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text; }
