// Documents are never changed in place: these give a new one that shares what stayed the same.

export function at(document, path) {
  return path.reduce((part, key) => part?.[key], document);
}

/** With the value at that path; `undefined` takes the key out of its object. */
export function withValue(document, path, value) {
  if (!path.length) return value;
  const [key, ...rest] = path;
  const inside = withValue(document?.[key], rest, value);
  if (Array.isArray(document)) return document.map((each, index) => (index === key ? inside : each));
  const { [key]: _, ...others } = document ?? {};
  if (inside === undefined) return others;
  return document && key in document ? { ...document, [key]: inside } : { ...others, [key]: inside };
}

export function withItem(document, path, index, item) {
  const items = at(document, path) ?? [];
  return withValue(document, path, [...items.slice(0, index), item, ...items.slice(index)]);
}

export function withoutItem(document, path, index) {
  return withValue(document, path, at(document, path).filter((_, place) => place !== index));
}

export function withItemMoved(document, path, from, to) {
  const items = [...at(document, path)];
  items.splice(to, 0, ...items.splice(from, 1));
  return withValue(document, path, items);
}

/** Whether two documents say the same, whatever the order of their keys. */
export function same(one, other) {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && same(one[key], other[key]));
}
