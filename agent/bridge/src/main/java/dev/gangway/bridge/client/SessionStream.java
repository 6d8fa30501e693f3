package dev.gangway.bridge.client;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Drives a session over one stream: a request goes out, and one response comes back. At most one request is in flight,
 * and one thread waits for its response. Any thread may end the stream. Notices of the server are never returned as
 * responses.
 */
interface SessionStream {
    /** Sends a request. If the stream has ended, {@link #await} reports it. */
    void send(AttachRequest request);

    /** Tells the server that no more requests follow, which closes a session without a lease. */
    void halfClose();

    /** Ends the stream at once and wakes the thread that waits. */
    void cancel(String why);

    /**
     * Waits for the next response.
     *
     * @param deadline by {@link System#nanoTime}, or {@link Long#MAX_VALUE} for none
     * @throws StreamEndedException when the stream has ended and no response is left
     */
    AttachResponse await(long deadline) throws StreamEndedException, TimeoutException, InterruptedException;

    /** Waits for the end of the stream. Any thread may call this method. */
    StreamEndedException awaitEnd(Duration limit) throws TimeoutException, InterruptedException;
}
