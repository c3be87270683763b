const digits = (value: number, count = 2): string => String(value).padStart(count, "0");

/** `2026-01-31 12:34:56.789`, local time. */
export function dateText(date: Date): string {
  const { day, time } = parts(date);
  return `${day.join("-")} ${time.join(":")}.${digits(date.getMilliseconds(), 3)}`;
}

/** `20260131-123456`, for the name of a file. */
export function dateForFile(date: Date): string {
  const { day, time } = parts(date);
  return `${day.join("")}-${time.join("")}`;
}

function parts(date: Date): { readonly day: readonly string[]; readonly time: readonly string[] } {
  return {
    day: [digits(date.getFullYear(), 4), digits(date.getMonth() + 1), digits(date.getDate())],
    time: [digits(date.getHours()), digits(date.getMinutes()), digits(date.getSeconds())],
  };
}
