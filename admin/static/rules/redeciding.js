import { call } from '../api.js';

// After rules have changed: how many held orders would pass now, and having them decided again.

export function redeciding() {
  const box = document.querySelector('[data-redecide]');
  if (!box) return;
  const words = box.dataset;
  const verdicts = JSON.parse(words.verdicts);
  const headline = box.querySelector('[data-headline]');
  const about = box.querySelector('[data-about]');
  const again = box.querySelector('[data-again]');
  box.hidden = false;

  const ask = (dryRun) => call('/v1/redecide', { method: 'POST', body: { dry_run: dryRun } });
  const look = async () => {
    try {
      tell(await ask(true));
    } catch {
      headline.textContent = words.failed;
    }
  };

  function tell({ would, tried, matched, left_out: left, sample }) {
    headline.textContent = would.approve ? fill(words.some, { count: would.approve }) : words.none;
    about.textContent = [fill(words.tried, { tried, matched }), left ? fill(words.left, { count: left }) : ''].filter(Boolean).join(' · ');
    again.hidden = !sample.length && !would.approve;
    box.querySelector('[data-sample]').replaceChildren(...sample.slice(0, 8).map(line));
  }

  function line({ order_no: orderNo, would }) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `${words.orders}/${encodeURIComponent(orderNo)}`;
    link.textContent = orderNo.slice(orderNo.indexOf('.') + 1);
    link.className = 'mono';
    item.append(link, ` → ${verdicts[would.verdict] ?? would.verdict}`);
    return item;
  }

  again.addEventListener('click', async () => {
    again.disabled = true;
    try {
      const { marked } = await ask(false);
      headline.textContent = fill(words.done, { count: marked });
      again.hidden = true;
      about.textContent = '';
    } catch {
      headline.textContent = words.failed;
      again.disabled = false;
    }
  });
  look();
}

function fill(text, values) { return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole); }
