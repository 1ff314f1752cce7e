/** The stream as a WebSocket, which is asked now and then whether it lives. */
import type { Ear, Line } from "./stream";
/** Connect; the line is of use once the ear was told that it is open. */
export declare const socket: (address: string, { opened, hear, gone }: Ear) => Line;
