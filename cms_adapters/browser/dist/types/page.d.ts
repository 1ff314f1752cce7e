/** The script of a page: reads its own tag, takes what was said before it came, and begins. */
export {};
