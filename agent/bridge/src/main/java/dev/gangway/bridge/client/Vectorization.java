package dev.gangway.bridge.client;

/** Says what steps the copies of a session on the server. */
public enum Vectorization {
    /** The server's own loop over ordinary environments. */
    LOOP,
    /** {@code gymnasium.vector.SyncVectorEnv}. */
    SYNC,
    /** {@code gymnasium.vector.AsyncVectorEnv}: one process per copy. */
    ASYNC,
    /** The vector implementation that the environment itself brings. */
    VECTOR_ENTRY_POINT
}
