/** The opt-in script that notes by itself what visitors do, as events of the page's client. */
export {};
