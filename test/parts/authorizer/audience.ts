/** The audience of the issuer's tokens. */
export const audience = "https://phones.example.com";
