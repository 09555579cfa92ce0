/**
 * `fetch` that gives up after some time, as where a network swallows requests. By hand, because Safari before 16 has no
 * `AbortSignal.timeout`.
 *
 * @param {string | URL} address
 * @param {RequestInit} options
 * @param {number} milliseconds  until the answer has begun
 * @returns {Promise<Response>}
 */
export async function fetchWithin(address, options, milliseconds) {
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), milliseconds);
  try {
    return await fetch(address, { ...options, signal: giving.signal });
  } finally {
    clearTimeout(timer);
  }
}
