/** The shortest password that the server takes. */
export const passwordLengthMin = 10;
