// What the editor says, in the reader's language: texts come with the page.

let texts = {};

export function learn(words) { texts = words; }

/** The text of a key, with its {places} filled. */
export function say(key, values = {}) {
  const text = texts[key];
  if (text === undefined) throw new Error(`no text for ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
