/**
 * Lets waiting messages in, and a frame be painted that was being made. A timer would be throttled to 4 ms; a message
 * channel is not.
 *
 * @returns {Promise<void>}
 */
export function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
