/** A model cannot be kept or opened; the message is a sentence for people. */
export class ModelError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "ModelError";
  }
}
