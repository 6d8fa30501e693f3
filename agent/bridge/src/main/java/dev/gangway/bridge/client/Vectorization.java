package dev.gangway.bridge.client;

/** What steps the copies of a session on the server. */
public enum Vectorization {
    /** The server's own loop over ordinary environments. */
    LOOP,
    /** {@code gymnasium.vector.SyncVectorEnv}. */
    SYNC,
    /** {@code gymnasium.vector.AsyncVectorEnv}: one process per copy. */
    ASYNC,
    /** The environment's own vector implementation. */
    VECTOR_ENTRY_POINT
}
