// Amounts as people write them and as documents hold them, exactly: yuan and cents, kilograms and grams.

/** 300000 with 2 places as "3000.00"; what is no whole number as it is. */
export function asDecimal(value, places, { trim = false } = {}) {
  if (!Number.isInteger(value)) return value === undefined || value === null ? '' : String(value);
  const digits = String(Math.abs(value)).padStart(places + 1, '0');
  const whole = digits.slice(0, -places);
  const part = trim ? digits.slice(-places).replace(/0+$/, '') : digits.slice(-places);
  return `${value < 0 ? '-' : ''}${whole}${part ? `.${part}` : ''}`;
}

/** "3,000.5" with 2 places as 300050. What is no such amount stays text, so that the check can say so. */
export function fromDecimal(text, places) {
  const plain = ungrouped(text.replace(/[¥￥]/g, '').replace('。', '.'));
  if (plain === '') return undefined;
  const found = /^(-?)(\d{1,14})(?:\.(\d*))?$/.exec(plain);
  if (!found || (found[3] ?? '').replace(/0+$/, '').length > places) return text;
  const part = (found[3] ?? '').padEnd(places, '0').slice(0, places);
  const value = Number(`${found[2]}${part}`);
  return Number.isSafeInteger(value) ? (found[1] && value ? -value : value) : text;
}

/** Whole numbers; what is none stays text. */
export function fromWhole(text) {
  const plain = ungrouped(text);
  if (plain === '') return undefined;
  const value = Number(plain);
  return /^-?\d+$/.test(plain) && Number.isSafeInteger(value) ? value : text;
}

/** Without blanks, and without commas between thousands; another comma stays, for "1,5" means nothing sure. */
function ungrouped(text) {
  const plain = text.replace(/\s/g, '');
  return /^-?\d{1,3}([,，]\d{3})+(\.\d*)?$/.test(plain) ? plain.replace(/[,，]/g, '') : plain;
}
