/** One tab of the site holds the stream, the one looked at last; the others hear of changes from it. */

/** What is done with the stream: hold it, let it go, and take what another tab heard. */
export interface Part<Told> { start(): void; stop(): void; heard(told: Told): void }

/** Return this tab's part among those that go by the same name. */
export const leader = <Told>(name: string, part: Part<Told>) => {
  let turn = 0;
  let leads = false;
  let waiting: AbortController | undefined;
  let resign = (): void => undefined;
  let channel: BroadcastChannel | undefined;

  const lead = (): void => {
    leads = true;
    part.start();
  };
  const campaign = async (steal: boolean): Promise<void> => {
    const mine = ++turn;
    let held = false;
    waiting?.abort();
    waiting = new AbortController();
    const hold = (): Promise<void> | undefined => {
      if (mine !== turn) return undefined;
      held = true;
      lead();
      return new Promise((done) => { resign = done; });
    };
    try {
      await navigator.locks.request(name, steal ? { steal } : { signal: waiting.signal }, hold);
    } catch (error) {
      /* Taken over by another tab, or called off; else this page may have no locks at all. */
      if ((error as Error).name !== "AbortError") lead();
    }
    if (!held || mine !== turn) return;
    leads = false;
    part.stop();
    void campaign(false);
  };

  return {
    isLeading: (): boolean => leads,
    /** Say something to the other tabs. */
    tell: (told: Told): void => channel?.postMessage(told),
    /** Take part; a browser that cannot tell tabs apart gets a stream for each. */
    join: (woken: boolean): void => {
      if (leads) return;
      if (!navigator.locks || !window.BroadcastChannel) { lead(); return; }
      const isNew = !channel;
      if (!channel) {
        channel = new BroadcastChannel(name);
        channel.onmessage = ({ data }) => part.heard(data as Told);
      }
      if (isNew || woken) void campaign(!document.hidden);
    },
    /** Take no part any more: no lock and no channel, so that the browser may keep the page as it is. */
    retire: (): void => {
      turn++;
      waiting?.abort();
      resign();
      channel?.close();
      channel = undefined;
      leads = false;
      part.stop();
    },
  };
};
