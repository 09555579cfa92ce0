/** What the data sets of a run hold, and their classes. */

/** @type {Record<string, {nouns: string, classes: string[]}>} */
export const DATA_SETS = {
  mnist: { nouns: "digits", classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
  "fashion-mnist": {
    nouns: "clothes",
    classes: ["T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
  },
};
