package dev.gangway.bridge.client;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * One stream that drives a session: a request goes out, one response comes back. At most one request is in flight, and
 * one thread waits for its response; any thread may end the stream. Notices are never given out as responses.
 */
interface SessionStream {
    /** Sends a request. When the stream has ended, {@link #await} tells. */
    void send(AttachRequest request);

    /** Tells the server that nothing more comes, which closes a session without a lease. */
    void halfClose();

    /** Ends the stream at once; whoever waits is woken. */
    void cancel(String why);

    /**
     * Waits for the next response.
     *
     * @param deadline by {@link System#nanoTime}, or {@link Long#MAX_VALUE} for none
     * @throws StreamEndedException when the stream has ended and no response is left
     */
    AttachResponse await(long deadline) throws StreamEndedException, TimeoutException, InterruptedException;

    /** Waits for the end of the stream, in any thread. */
    StreamEndedException awaitEnd(Duration limit) throws TimeoutException, InterruptedException;
}
