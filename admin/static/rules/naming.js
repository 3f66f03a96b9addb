// Ids of new rules: a slug of the English title, else a number; never one that is taken.

/** "High-value first order" as "high-value-first-order"; empty where there is nothing to make one of. */
function slugOf(text) {
  return (text ?? '').normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
}

/** An id of that stage that none of those taken has. */
export function freeId(stage, text, taken) {
  const stem = `${stage}.${slugOf(text) || 'rule'}`;
  if (slugOf(text) && !taken.includes(stem)) return stem;
  for (let number = slugOf(text) ? 2 : 1; ; number += 1) if (!taken.includes(`${stem}-${number}`)) return `${stem}-${number}`;
}

/** Whether an id still is the one that was made of that title, so that it may follow the title. */
function isMadeOf(id, stage, text) {
  const stem = `${stage}.${slugOf(text) || 'rule'}`;
  return id === stem || (id.startsWith(`${stem}-`) && /^\d+$/.test(id.slice(stem.length + 1))) || /^rule-\d+$/.test(id.slice(stage.length + 1));
}

/** Gives a rule, or table, a title; the id of a new one follows it until somebody gives it another. */
export function entitle({ rule, isNew, stage, taken, form }, title) {
  const { id } = rule.document;
  if (isNew && isMadeOf(id, stage, rule.get(['title'])?.en)) {
    const made = freeId(stage, title?.en, taken.filter((each) => each !== id));
    if (made !== id) {
      rule.type([], { ...rule.document, id: made, title: title ?? {} });
      const shown = form.querySelector('[data-path="id"]');
      if (shown) shown.value = made.slice(stage.length + 1);
      return;
    }
  }
  rule.type(['title'], title);
}
