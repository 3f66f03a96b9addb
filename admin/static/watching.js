import { call } from './api.js';

// While an order is on its way, say when it has changed since the page was made.

const PAUSES_MS = [2000, 3000, 5000, 10000]; // what was just released is on its way within seconds; the last goes on
const SETTLED = ['completed', 'cancelled', 'rejected', 'returned'];

export function watch() {
  const { order, status, decision } = document.body.dataset;
  const bar = document.querySelector('[data-changed]');
  if (!order || !bar || SETTLED.includes(status)) return;
  let looks = 0;
  const lookLater = () => setTimeout(look, PAUSES_MS[Math.min(looks++, PAUSES_MS.length - 1)]);
  const look = async () => {
    if (document.hidden) return lookLater();
    try {
      const { order: now } = await call(`/v1/orders/${encodeURIComponent(order)}`);
      bar.hidden = now.status === status && (now.decision_id ?? '') === decision;
      if (bar.hidden) lookLater();
    } catch {
      // signed out, or no network: the next click will tell
    }
  };
  lookLater();
}
