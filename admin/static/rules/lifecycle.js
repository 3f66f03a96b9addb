// In the editor's bar: how far the draft is, and what leads on. Nothing is left before all of it is saved.

const WRITING = ['draft', 'checked'];

/** `page`: {bar, check, saving, checking, setup}. */
export function lifecycle({ bar, check, saving, checking, setup }) {
  let { state } = setup;
  saving.listen((draft) => show(draft.state));
  checking.listen((good) => show(good && state === 'draft' ? 'checked' : state));
  for (const step of bar?.querySelectorAll('[data-after-saving]') ?? []) {
    step.addEventListener(step.tagName === 'FORM' ? 'submit' : 'click', (event) => leaveWith(event, step, saving));
  }
  show(state);

  /** One button stands out: to check what was written, then to go on. */
  function show(now) {
    state = now;
    const { text, tone } = setup.states[now] ?? { text: now, tone: 'quiet' };
    const pill = document.querySelector('[data-draft-state] .pill');
    if (pill) {
      pill.textContent = text;
      pill.className = `pill tone-${tone} outline`;
    }
    const toCheck = now === 'draft';
    highlight(check, toCheck);
    highlight(bar?.querySelector('[data-next]'), !toCheck || !WRITING.includes(now));
  }
}

function highlight(button, yes) {
  button?.classList.toggle('btn-primary', yes);
  button?.classList.toggle('btn-outline-primary', !yes);
}

async function leaveWith(event, step, saving) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into another tab: this one stays
  event.preventDefault();
  if (!(await saving.now())) return; // the bar says why
  if (step.tagName === 'FORM') step.submit();
  else location.assign(step.href);
}
