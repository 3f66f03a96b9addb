// Instants in the shop's own time zone, for fields that know no zone.

/** "2026-11-10T20:00:00+08:00" as "2026-11-10T20:00:00" in that zone; empty for none or nonsense. */
export function wallClock(instant, zone) {
  const at = new Date(instant ?? NaN);
  return Number.isNaN(at.getTime()) ? '' : wall(at, zone);
}

/** The instant at which clocks in that zone show it: "2026-11-10T20:00" as "2026-11-10T20:00:00+08:00". */
export function instantAt(clock, zone) {
  if (!clock) return undefined;
  const asUtc = new Date(`${clock}Z`);
  if (Number.isNaN(asUtc.getTime())) return clock;
  let offset = 0;
  for (let turn = 0; turn < 2; turn += 1) offset = offsetAt(new Date(asUtc.getTime() - offset), zone);
  const whole = asUtc.toISOString().slice(0, 19);
  const minutes = Math.abs(offset) / 60000;
  const two = (number) => String(number).padStart(2, '0');
  return `${whole}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function offsetAt(at, zone) {
  const seconds = new Date(Math.floor(at.getTime() / 1000) * 1000);
  return new Date(`${wall(seconds, zone)}Z`).getTime() - seconds.getTime();
}

function wall(at, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).formatToParts(at).map((part) => [part.type, part.value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}`;
}
