import type { Call } from './call.ts';
import type { Lane } from './lane.ts';

/** What a lane tells. */
export interface LaneOwner {
  /** More of the calls in hand are over; all are, when `lane.isFree`. */
  onAnswer(lane: Lane): void;
  /** What a task says. */
  onNote(note: unknown): void;
  /** What a killed task threw besides. */
  onNews(call: Call, thrown: unknown): void;
  /** The thread has ended by itself, or been ended. These calls are not to blame, and have to be made again. */
  onLost(lane: Lane, innocent: Call[]): void;
  /** The thread has failed with no call to blame: by something that one left behind. */
  onCrash(error: unknown): void;
  /** The lane has come to its end. */
  onEnd(lane: Lane): void;
}

/** What a lane needs for a stream that goes through it. */
export interface ItemSink {
  put(items: readonly unknown[]): void;
}
