/** The stream as Server-Sent Events, for networks that let no WebSocket through. */
import type { Ear, Line } from "./stream";
/** Listen at the address that comes; what is to be said needs another line. */
export declare const listened: (address: () => Promise<string>, { opened, hear, gone }: Ear) => Line;
