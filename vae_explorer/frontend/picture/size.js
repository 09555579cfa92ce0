/** The size of a picture, in pixels: of models, data sets and drawings alike. */
export const SIDE = 28;

export const PIXELS = SIDE * SIDE;
