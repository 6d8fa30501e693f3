package dev.gangway.bridge.client;

import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a session over one {@code Attach} call of gRPC.
 *
 * <p>The channel's thread parses a response, puts it into a slot and wakes the one thread that waits for it. No queue
 * is needed because at most one request is in flight, and no executor stands between the two threads.
 */
final class GrpcStream extends ClientCall.Listener<AttachResponse> implements SessionStream {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcStream.class);

    private final ServerAddress address;
    private final ClientCall<AttachRequest, AttachResponse> call;
    private final AtomicReference<AttachResponse> slot = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Thread waiter;
    private volatile @Nullable StreamEndedException end;
    private volatile boolean draining;
    private boolean open = true; // for sending

    private GrpcStream(ServerAddress address, ClientCall<AttachRequest, AttachResponse> call) {
        this.address = address;
        this.call = call;
    }

    /**
     * Starts a call.
     *
     * @param waitForReady whether to wait for the connection for as long as the channel can hope to establish it
     */
    static GrpcStream start(Channel channel, ServerAddress address, boolean waitForReady) {
        CallOptions options = waitForReady ? CallOptions.DEFAULT.withWaitForReady() : CallOptions.DEFAULT;
        GrpcStream stream = new GrpcStream(address, channel.newCall(EnvironmentServiceGrpc.getAttachMethod(), options));
        stream.call.start(stream, new Metadata());
        stream.call.request(1);
        return stream;
    }

    @Override
    public synchronized void send(AttachRequest request) {
        if (open) {
            call.sendMessage(request);
        }
    }

    @Override
    public synchronized void halfClose() {
        if (open) {
            open = false;
            call.halfClose();
        }
    }

    @Override
    public synchronized void cancel(String why) {
        open = false;
        call.cancel(why, null);
    }

    @Override
    public AttachResponse await(long deadline) throws StreamEndedException, TimeoutException, InterruptedException {
        waiter = Thread.currentThread();
        try {
            while (true) {
                StreamEndedException ending = end; // read before the slot: the last response comes before the end
                AttachResponse response = slot.getAndSet(null);
                if (response != null) {
                    return response;
                }
                if (ending != null) {
                    throw ending;
                }
                park(deadline);
            }
        } finally {
            waiter = null;
        }
    }

    @Override
    public StreamEndedException awaitEnd(Duration limit) throws TimeoutException, InterruptedException {
        if (!ended.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException();
        }
        return Objects.requireNonNull(end);
    }

    private void park(long deadline) throws TimeoutException, InterruptedException {
        if (deadline == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException();
            }
            LockSupport.parkNanos(this, left);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void onMessage(AttachResponse response) {
        if (response.hasDrain() && response.getSequence() == 0) {
            draining = true;
            LOG.warn(
                    "The environment server at {} is stopping and will end its sessions in {} ms",
                    address,
                    response.getDrain().getDeadlineMilliseconds());
        } else if (!slot.compareAndSet(null, response)) {
            cancel("two responses to one request");
        } else {
            LockSupport.unpark(waiter);
        }
        call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end = new StreamEndedException(status, trailers, draining);
        ended.countDown();
        LockSupport.unpark(waiter);
    }
}
