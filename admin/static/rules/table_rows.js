// Tables with other rows. Examples that name a row go where it goes, and go when it goes.

import { ANY } from './table_columns.js';

/** With cells, [[row, place, value]…], that are other ones; rows that are not there yet are added. */
export function withCells(table, cells, width) {
  const rows = [...(table.rows ?? [])];
  const copied = new Set();
  for (const [row, place, value] of cells) {
    while (rows.length <= row) rows.push(emptyRow(width));
    if (!copied.has(row)) rows[row] = [...rows[row]];
    copied.add(row);
    rows[row][place] = value;
  }
  return { ...table, rows };
}

export function withRows(table, at, added) {
  const rows = table.rows ?? [];
  return renumbered({ ...table, rows: [...rows.slice(0, at), ...added, ...rows.slice(at)] }, (row) => (row <= at ? row : row + added.length));
}

export function withoutRows(table, at, count) {
  const rows = table.rows.filter((_, index) => index < at || index >= at + count);
  return renumbered({ ...table, rows }, (row) => (row <= at ? row : row <= at + count ? null : row - count));
}

/** The rows from `at` on at place `to` of those that stay. */
export function withRowsMoved(table, at, count, to) {
  const order = table.rows.map((_, index) => index);
  const moved = order.splice(at, count);
  order.splice(to, 0, ...moved);
  return renumbered({ ...table, rows: order.map((index) => table.rows[index]) }, (row) => order.indexOf(row - 1) + 1);
}

export function emptyRow(width) { return Array(width).fill(ANY); }

function renumbered(table, numberOf) {
  const { examples } = table;
  if (!examples || typeof examples !== 'object') return table;
  const kept = (listed) => (Array.isArray(listed) ? listed.map((each) => numbered(each, numberOf)).filter((each) => each !== null) : listed);
  return { ...table, examples: Object.fromEntries(Object.entries(examples).map(([kind, listed]) => [kind, kept(listed)])) };
}

function numbered(example, numberOf) {
  if (!Number.isInteger(example?.row)) return example;
  const row = numberOf(example.row);
  return row === null ? null : { ...example, row };
}
