/**
 * The data sets that the page can train on: what `model.json` says of them, as in `train/data/named_sets.py`, and the
 * test pictures that are shipped, as in `vae_explorer/storage/picture_atlas.py`.
 *
 * @typedef {object} DataSet
 * @property {string} name
 * @property {string} noun     what captions call one of its pictures
 * @property {string} nouns    and several
 * @property {string[]} classes  in the order of the labels
 * @property {number} count    of its test pictures
 * @property {string} sha256   of their pixels
 */

/** @type {Record<string, DataSet>} */
export const DATA_SETS = {
  mnist: {
    name: "mnist",
    noun: "digit",
    nouns: "digits",
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    count: 10_000,
    sha256: "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
  },
  "fashion-mnist": {
    name: "fashion-mnist",
    noun: "picture",
    nouns: "pictures",
    classes: ["T-shirt", "Trousers", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
    count: 10_000,
    sha256: "c867c93ff95360594e8ec3287995350b824dd110b11595c0e13d5423f621867a",
  },
};
