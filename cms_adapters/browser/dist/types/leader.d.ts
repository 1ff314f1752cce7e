/** One tab of the site holds the stream, the one looked at last; the others hear of changes from it. */
/** What is done with the stream: hold it, let it go, and take what another tab heard. */
export interface Part<Told> {
    start(): void;
    stop(): void;
    heard(told: Told): void;
}
/** Return this tab's part among those that go by the same name. */
export declare const leader: <Told>(name: string, part: Part<Told>) => {
    isLeading: () => boolean;
    /** Say something to the other tabs. */
    tell: (told: Told) => void;
    /** Take part; a browser that cannot tell tabs apart gets a stream for each. */
    join: (woken: boolean) => void;
    /** Take no part any more: no lock and no channel, so that the browser may keep the page as it is. */
    retire: () => void;
};
