/** What the pictures of each data set are, in a word; a model's file calls those of clothes “pictures”. */

/** @type {Record<string, string>} */
export const NOUNS = { mnist: "digits", "fashion-mnist": "clothes" };
