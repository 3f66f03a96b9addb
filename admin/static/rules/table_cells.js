// Cells of decision tables as people write them, and back. What cannot be read stays the text that it is.
// Workbooks are read the same, by engine/intake/as_written.py; tests/cells_as_written.py holds both to it.

import { asDecimal, fromDecimal, fromWhole } from './amounts.js';
import { instantAt, wallClock } from './instants.js';
import { say } from './words.js';

const ANY = '-';
const NOTHING = ['', '-', '－', '—', '–'];
const ANYTHING = ['*', '任意', '不限', 'any'];
const YES = ['true', 'yes', 'y', '1', '是', '对', '√', '✓'];
const NO = ['false', 'no', 'n', '0', '否', '不', '×', '✗'];
const SEPARATORS = /[,，、;；\n]/;
const ITEM = /\s*(?:("(?:[^"\\]|\\.)*")|([^,，、;；\n"]*))\s*(?:[,，、;；\n]|$)/y;
const RANGE = /^(.*?)\s*(?:\.\.+|…|~|～|至|到|—|–)\s*(.*)$/s;
const DASHED = /^([^-]*\d[^-]*?)\s*-\s*([¥￥]?\d.*)$/;
const ONE_SIDED = [
  [/^(?:≥|>=|＞=|不低于|不少于|至少)\s*(.+)$/, 'low', 0], [/^(?:≤|<=|＜=|不高于|不超过|至多)\s*(.+)$/, 'high', 0], [/^(?:>|＞|大于|高于|超过)\s*(.+)$/, 'low', 1],
  [/^(?:<|＜|小于|低于|不到)\s*(.+)$/, 'high', -1], [/^(.+?)\s*(?:及?以上|起|\+)$/, 'low', 0], [/^(.+?)\s*(?:及?以下|以内)$/, 'high', 0],
];
const NUMBERS = ['int', 'money', 'weight'];

/** What stands in a field, and what is copied. */
export function write(cell, column) {
  if (cell === ANY || cell === null || cell === undefined) return ANY;
  if (isObject(cell)) return JSON.stringify(cell);
  if (Array.isArray(cell)) return writeSeveral(cell, column);
  const text = writeOne(cell, column);
  return isFreeText(column) && read(text, column) !== cell ? JSON.stringify(cell) : text;
}

/** What somebody wrote or pasted, as a document says it. */
export function read(text, column) {
  const plain = text.trim();
  if (NOTHING.includes(plain) || (column.kind === 'input' && ANYTHING.includes(plain.toLowerCase()))) return ANY;
  if (plain.startsWith('{')) return fromJson(plain) ?? text;
  if (plain.startsWith('"') && isFreeText(column)) return fromJson(plain) ?? plain;
  const reader = { range: readRange, several: readSeveral, words: readSeveral, yesno: readTruth, list: readList, both: (one) => one }[column.shape] ?? readOne;
  const value = reader(plain, column);
  return value === undefined ? plain : value;
}

/** The ends of a range as fields show them; what is no range stands in the first. */
export function ends(cell, column) {
  if (Array.isArray(cell) && cell.length === 2) return cell.map((each) => (each === null ? '' : writeOne(each, column)));
  if (cell === ANY || cell === null || cell === undefined) return ['', ''];
  const text = write(cell, column);
  const found = RANGE.exec(text);
  return found ? [found[1], found[2]] : [text, ''];
}

function writeSeveral(cell, column) {
  if (column.shape === 'range' && cell.length === 2) return cell.map((each) => (each === null ? '' : writeOne(each, column))).join('..');
  const items = cell.map((each) => (isObject(each) ? JSON.stringify(each) : quoted(writeOne(each, column))));
  return cell.length ? items.join(column.type === 'choice' ? say('comma') : ', ') : '[]';
}

function quoted(text) { return SEPARATORS.test(text) || /^["[{\s]|\s$/.test(text) || [...NOTHING, ...ANYTHING].includes(text.toLowerCase()) ? JSON.stringify(text) : text; }

export function writeOne(value, column) {
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  if (column.type === 'money') return asDecimal(value, 2);
  if (column.type === 'instant') return clock(value, column);
  const choice = column.choices?.find((each) => each.value === value);
  if (choice) return column.choices.filter((each) => each.label === choice.label).length > 1 ? value : choice.label;
  return String(value);
}

function clock(value, column) {
  const wall = wallClock(value, column.zone);
  return wall && instantAt(wall, column.zone) === value ? wall.replace('T', ' ') : String(value);
}

function readOne(text, column) {
  if (column.choices?.length) return readChoice(text, column);
  if (column.type === 'int') return unless(fromWhole(withoutUnit(text, column.unit)), text);
  if (column.type === 'money') return unless(fromDecimal(text.replace(/\s*元$/, ''), 2), text);
  if (column.type === 'weight') return readWeight(text);
  if (column.type === 'date') return readDate(text);
  if (column.type === 'instant') return /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$/.test(text) ? instantAt(text.replace(' ', 'T'), column.zone) : text;
  if (column.type === 'flag') return readTruth(text);
  return text;
}

function unless(value, text) { return typeof value === 'string' ? text : value; }

function withoutUnit(text, unit) { return unit && text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text; }

function readChoice(text, { choices }) {
  const wanted = text.toLowerCase();
  const found = choices.find((each) => each.value.toLowerCase() === wanted) ?? choices.find((each) => each.also.some((label) => label.toLowerCase() === wanted));
  return found ? found.value : text;
}

function readWeight(text) {
  const found = /^(.+?)\s*(kg|公斤|千克|g|克)?$/is.exec(text);
  const inKilograms = ['kg', '公斤', '千克'].includes(found[2]?.toLowerCase());
  return unless(inKilograms ? fromDecimal(found[1], 3) : fromWhole(found[1]), text);
}

function readDate(text) {
  const found = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(text);
  return found ? `${found[1]}-${found[2].padStart(2, '0')}-${found[3].padStart(2, '0')}` : text;
}

function readTruth(text) {
  const said = text.toLowerCase();
  return YES.includes(said) ? true : NO.includes(said) ? false : text;
}

function readList(text, { lists }) { return (lists.find((each) => each.code === text) ?? lists.find((each) => each.label === text))?.code ?? text; }

function readRange(text, column) {
  for (const [form, end, step] of ONE_SIDED) {
    const found = form.exec(text);
    if (found) return oneSided(found[1], end, step, column);
  }
  const found = RANGE.exec(text) ?? (NUMBERS.includes(column.type) ? DASHED.exec(text) : null);
  if (!found || (!found[1] && !found[2])) return undefined;
  const [low, high] = withSharedUnit([found[1], found[2]], column).map((each) => (each.trim() ? readOne(each.trim(), column) : null));
  return [low, high].some((each) => isUnread(each, column)) ? undefined : [low, high];
}

/** "1-2kg" is from one kilogram on. */
function withSharedUnit([low, high], { type }) {
  const unit = type === 'weight' && /^[\d.,\s]*\d\s*$/.test(low) && /(kg|公斤|千克)\s*$/i.exec(high);
  return [unit ? `${low}${unit[1]}` : low, high];
}

function oneSided(text, end, step, column) {
  const value = readOne(text, column);
  if (isUnread(value, column) || (step && typeof value !== 'number')) return undefined;
  return end === 'low' ? [value + (step || 0), null] : [null, value + (step || 0)];
}

function readSeveral(text, column) {
  const items = split(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1).trim() : text);
  const numbers = NUMBERS.includes(column.type);
  if (!items || (numbers && items.some((each) => !/^-?(0|[1-9]\d*)(\.\d+)?\D*$/.test(each)))) return undefined;
  const values = items.map((each) => readOne(each, column));
  return values.some((each) => isUnread(each, column)) ? undefined : values;
}

/** Words between separators, those in quotation marks JSON; null for what has empty ones or goes on behind a mark. */
function split(text) {
  const words = [];
  let place = 0;
  while (place < text.length) {
    ITEM.lastIndex = place;
    const found = ITEM.exec(text);
    const word = found?.[1] ? fromJson(found[1]) : found?.[2].trim();
    if (!found || (typeof word !== 'string') || (!found[1] && !word)) return null;
    words.push(word);
    place = ITEM.lastIndex;
  }
  return words;
}

/** Whether a value is text in a place for something else. */
function isUnread(value, { type }) { return value === undefined || (typeof value === 'string' && (NUMBERS.includes(type) || (type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)))); }

/** Whether cells are single texts of any kind. */
function isFreeText({ shape, type, choices }) { return ['one', 'both'].includes(shape) && ['text', 'any'].includes(type) && !choices?.length; }

function isObject(value) { return typeof value === 'object' && value !== null && !Array.isArray(value); }

function fromJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
