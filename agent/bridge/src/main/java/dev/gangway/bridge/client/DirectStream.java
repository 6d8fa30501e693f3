package dev.gangway.bridge.client;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.Failure;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream without gRPC, to a server on the same machine: a Unix socket, and a length before each message, as {@code
 * environment_service.proto} says.
 *
 * <p>The thread that waits for a response reads it itself, so that a step needs two changes of thread, the server's and
 * back, where gRPC's needs four and more. A selector is what makes the wait end at a deadline, at an interrupt or when
 * another thread ends the stream; it costs about 2 µs a step over a blocking read.
 */
final class DirectStream implements SessionStream {
    private static final Logger LOG = LoggerFactory.getLogger(DirectStream.class);
    private static final String SUFFIX = ".direct";
    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final int INITIAL_BYTES = 1 << 16;

    private final ServerAddress address;
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Consumer<DirectStream> onEnd;
    private final ReentrantLock reading = new ReentrantLock();
    private final Polling polling = new Polling(ServersAtWork::leaveOne);
    private ByteBuffer received = buffer(INITIAL_BYTES);
    private ByteBuffer unsent = buffer(INITIAL_BYTES).limit(0);
    private volatile @Nullable StreamEndedException end;
    private volatile boolean draining;
    private boolean open = true; // for sending
    private boolean inFlight;
    private volatile @Nullable ObservationMemory memory; // null: observations come in messages

    private DirectStream(ServerAddress.Unix address, Consumer<DirectStream> onEnd) throws IOException {
        this.address = address;
        this.onEnd = onEnd;
        this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector opened = null;
        try {
            channel.connect(UnixDomainSocketAddress.of(path(address.path())));
            channel.configureBlocking(false);
            opened = Selector.open();
            this.key = channel.register(opened, SelectionKey.OP_READ);
        } catch (IOException failed) {
            channel.close();
            if (opened != null) {
                opened.close();
            }
            throw failed;
        }
        this.selector = opened;
    }

    /**
     * Connects.
     *
     * @param onEnd told once when the stream has ended
     * @throws StreamEndedException when nobody listens
     */
    static DirectStream start(ServerAddress.Unix address, Consumer<DirectStream> onEnd) throws StreamEndedException {
        try {
            return new DirectStream(address, onEnd);
        } catch (IOException failed) {
            Status status = Status.UNAVAILABLE.withDescription("io exception").withCause(failed);
            throw new StreamEndedException(status, Optional.empty(), false);
        }
    }

    /** Returns where a server whose gRPC listens at {@code socket} takes direct streams. */
    static Path path(Path socket) {
        return socket.resolveSibling(socket.getFileName() + SUFFIX);
    }

    @Override
    public synchronized void send(AttachRequest request) {
        if (!open || end != null) {
            return;
        }
        AttachRequest wire = request;
        if (memory != null) {
            wire = request.toBuilder()
                    .setObservationsInMemory(true)
                    .setTellBytesInMemory(true)
                    .build();
            memory.restart();
        }
        int size = wire.getSerializedSize();
        if (unsent.capacity() < LENGTH_BYTES + size) {
            unsent = buffer(LENGTH_BYTES + size);
        }
        unsent.clear().putInt(size);
        try {
            CodedOutputStream output = CodedOutputStream.newInstance(unsent);
            wire.writeTo(output);
            output.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        unsent.flip();
        setInFlight(true);
        flush();
    }

    private synchronized void setInFlight(boolean now) {
        if (now == inFlight) {
            return;
        }
        inFlight = now;
        if (now) {
            ServersAtWork.begin(address);
        } else {
            ServersAtWork.end(address);
        }
    }

    @Override
    public synchronized void halfClose() {
        open = false;
        try {
            channel.shutdownOutput();
        } catch (IOException gone) {
            // Then whoever reads learns of it.
        }
    }

    @Override
    public void cancel(String why) {
        endWith(Status.CANCELLED.withDescription(why), Optional.empty());
    }

    /** The server's process has ended, though a child of it may hold the connection. */
    void serverEnded() {
        endWith(Status.UNAVAILABLE.withDescription("its process ended"), Optional.empty());
    }

    @Override
    public AttachResponse await(long deadline) throws StreamEndedException, TimeoutException, InterruptedException {
        reading.lock();
        try {
            while (true) {
                AttachResponse response = take();
                if (response == null) {
                    StreamEndedException ending = end;
                    if (ending != null) {
                        throw ending;
                    }
                    if (memory != null) {
                        memory.prepare();
                    }
                    if (!polling.sees(this::moreArrived)) {
                        awaitReady(deadline);
                        flush();
                        read();
                        polling.arrived();
                    }
                } else if (response.hasEnded()) {
                    Failure failure = response.getEnded();
                    endWith(
                            Status.fromCodeValue(failure.getCode()).withDescription(failure.getMessage()),
                            failure.getCode() == 0 ? Optional.empty() : Optional.of(failure));
                } else if (response.hasBytesInMemory()) {
                    if (memory == null || !memory.copy(response.getBytesInMemory())) {
                        String size = Long.toUnsignedString(response.getBytesInMemory());
                        endWith(Status.INTERNAL.withDescription(size + " bytes in memory"), Optional.empty());
                    }
                } else if (response.hasDrain() && response.getSequence() == 0) {
                    draining = true;
                    LOG.warn(
                            "The environment server at {} is stopping and will end its sessions in {} ms",
                            address,
                            response.getDrain().getDeadlineMilliseconds());
                } else {
                    return whole(response);
                }
            }
        } finally {
            reading.unlock();
        }
    }

    private AttachResponse whole(AttachResponse response) {
        setInFlight(false);
        if (response.getOpened().hasMemory()) {
            memory = ObservationMemory.map(response.getOpened().getMemory()).orElse(null);
        }
        return memory == null ? response : memory.complete(response);
    }

    @Override
    public StreamEndedException awaitEnd(Duration limit) throws TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        if (!reading.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException(); // another thread waits for a response, and none comes
        }
        try {
            while (true) {
                var unused = await(deadline);
            }
        } catch (StreamEndedException ended) {
            return ended;
        } finally {
            reading.unlock();
        }
    }

    /** Returns the next message that has come whole, or null. */
    private @Nullable AttachResponse take() {
        int have = received.position();
        if (have < LENGTH_BYTES) {
            return null;
        }
        int size = received.getInt(0);
        if (size < 0 || size > Integer.MAX_VALUE - LENGTH_BYTES) {
            endWith(Status.INTERNAL.withDescription("a message of length " + size), Optional.empty());
            return null;
        }
        int whole = LENGTH_BYTES + size;
        if (have < whole) {
            if (!received.hasRemaining()) { // grows with what has come, not with what was announced
                int larger = (int) Math.min(whole, 2L * received.capacity());
                received = buffer(larger).put(received.flip());
            }
            return null;
        }
        try {
            return AttachResponse.parseFrom(received.slice(LENGTH_BYTES, size));
        } catch (InvalidProtocolBufferException malformed) {
            endWith(
                    Status.INTERNAL
                            .withDescription("a message that cannot be read")
                            .withCause(malformed),
                    Optional.empty());
            return null;
        } finally {
            received.flip().position(whole);
            received.compact();
        }
    }

    /** Returns whether there is more to take, or the stream has ended. */
    private boolean moreArrived() {
        int before = received.position();
        flush();
        read();
        return received.position() > before || end != null;
    }

    private void awaitReady(long deadline) throws TimeoutException, InterruptedException {
        long milliseconds = 0; // for ever
        if (deadline != Long.MAX_VALUE) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException();
            }
            milliseconds = left / 1_000_000 + 1;
        }
        try {
            int wanted = unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != wanted) {
                key.interestOps(wanted);
            }
            selector.select(milliseconds);
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException | CancelledKeyException ended) {
            // Another thread has ended the stream.
        } catch (IOException failed) {
            endWith(lost(failed), Optional.empty());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private synchronized void flush() {
        try {
            if (unsent.hasRemaining()) {
                int unused = channel.write(unsent); // what is left goes when there is room
            }
        } catch (IOException gone) {
            // Its last words may still be there to read.
            unsent.limit(unsent.position());
        }
    }

    private void read() {
        try {
            if (channel.read(received) < 0) {
                endWith(Status.UNAVAILABLE.withDescription("the connection closed"), Optional.empty());
            }
        } catch (IOException gone) {
            endWith(lost(gone), Optional.empty());
        }
    }

    private void endWith(Status status, Optional<Failure> failure) {
        synchronized (this) {
            if (end != null) {
                return;
            }
            open = false;
            end = new StreamEndedException(status, failure, draining);
            setInFlight(false);
        }
        try {
            selector.close(); // wakes who waits
            channel.close();
        } catch (IOException ignored) {
            LOG.debug("A stream to {} did not close in order", address, ignored);
        }
        onEnd.accept(this);
    }

    private static Status lost(IOException cause) {
        return Status.UNAVAILABLE.withDescription("the connection broke: " + cause.getMessage());
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
