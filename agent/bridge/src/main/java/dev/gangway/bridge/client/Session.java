package dev.gangway.bridge.client;

import dev.gangway.codec.ProtocolException;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.CloseSessionRequest;
import dev.gangway.v1.CreateSessionResponse;
import dev.gangway.v1.EnvironmentWarning;
import dev.gangway.v1.Extension;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import dev.gangway.v1.OpenCommand;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session on a server: sequence numbers, at most one command in flight, and what happens when the stream is lost.
 *
 * <p>Each command has the number of the one before plus 1. The last one is kept until its response is there. When the
 * connection breaks and the session has a lease, a new stream is attached and the command sent again with its number:
 * the server answers it from memory if it has executed it, and executes it otherwise. Both happen in the thread that
 * waits for the response, once per command.
 */
final class Session {
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration REATTACH_PAUSE = Duration.ofMillis(100);

    private final Transport transport;
    private final RemoteEnvOptions options;
    private final long maxMessageBytes;
    private final Duration lease;
    private final AttachRequest open;
    private final Consumer<List<EnvironmentWarning>> warnings;

    private volatile SessionStream stream;
    private long sequence;
    private @Nullable AttachRequest pending;
    private @Nullable EnvironmentException lost;
    private volatile boolean closed;

    /** Attaches to a session that has been created. When that fails, the session still has to be closed. */
    Session(
            Transport transport,
            ServerInfo server,
            CreateSessionResponse created,
            RemoteEnvOptions options,
            Consumer<List<EnvironmentWarning>> warnings) {
        this.warnings = warnings;
        this.transport = transport;
        this.options = options;
        this.maxMessageBytes = server.maxMessageBytes();
        this.lease = Duration.ofMillis(Integer.toUnsignedLong(created.getLeaseMilliseconds()));
        this.open = AttachRequest.newBuilder()
                .setOpen(OpenCommand.newBuilder()
                        .setProtocolVersion(server.protocolVersion())
                        .setSessionId(created.getSessionId())
                        .setIncarnation(created.getIncarnation()))
                .build();
        try {
            this.stream = transport.attach(false);
            attach(deadline(OPEN_TIMEOUT));
        } catch (StreamEndedException ended) {
            throw giveUp(Failures.ofStream(ended, options.id(), transport));
        } catch (TimeoutException late) {
            throw giveUp(late(OPEN_TIMEOUT, late));
        } catch (InterruptedException interrupted) {
            throw giveUp(interrupted(interrupted));
        } catch (ProtocolException malformed) {
            throw giveUp(malformed);
        }
    }

    /**
     * Checks that the session can be used.
     *
     * @throws IllegalStateException when the session is closed
     */
    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("Expected an open environment, found that it is closed");
        }
        if (lost != null) {
            throw new ServerLostException(
                    "The environment is unusable since an earlier error: " + lost.getMessage(), lost);
        }
    }

    /** Sends a command with the next sequence number and returns at once. */
    void send(AttachRequest.Builder command) {
        AttachRequest request = command.setSequence(sequence + 1).build();
        if (request.getSerializedSize() > maxMessageBytes) {
            throw new EnvironmentException("Expected a request of at most " + maxMessageBytes
                    + " bytes, the server's limit, found " + request.getSerializedSize()
                    + "; use fewer copies in one environment and more environments");
        }
        sequence++;
        pending = request;
        stream.send(request);
    }

    /**
     * Waits for the response to the command in flight.
     *
     * @throws RemoteEnvironmentException when the command failed; the session stands
     */
    AttachResponse receive(AttachResponse.ResultCase expected) {
        AttachResponse response = awaitResponse();
        pending = null;
        warnings.accept(response.getWarningsList());
        if (response.getSequence() != sequence) {
            throw giveUp(ProtocolException.at("AttachResponse.sequence", sequence, response.getSequence()));
        }
        if (response.hasFailure()) {
            throw new RemoteEnvironmentException(response.getFailure());
        }
        if (response.getResultCase() != expected) {
            throw giveUp(ProtocolException.at("AttachResponse.result", expected, response.getResultCase()));
        }
        response.getExtensionsList().forEach(Session::refuseUnknown);
        return response;
    }

    /** This client knows no type of extension; it ignores what it need not understand. */
    private static void refuseUnknown(Extension extension) {
        if (extension.getRequired()) {
            String type = extension.getValue().getTypeUrl();
            throw new RemoteEnvironmentException(Failure.newBuilder()
                    .setCode(Status.Code.UNIMPLEMENTED.value())
                    .setReason(FailureReason.FAILURE_REASON_UNSUPPORTED)
                    .setMessage("The server's answer has a required extension of the type '" + type + "', which this"
                            + " client does not know. The command was executed; update the client.")
                    .putMetadata("type", type)
                    .build());
        }
    }

    private AttachResponse awaitResponse() {
        boolean reattached = false;
        while (true) {
            try {
                return stream.await(
                        options.responseTimeout().map(Session::deadline).orElse(Long.MAX_VALUE));
            } catch (StreamEndedException ended) {
                if (closed) {
                    throw new IllegalStateException("The environment was closed while a thread waited for it", ended);
                }
                if (reattached || lease.isZero() || !ended.connectionLost()) {
                    throw giveUp(Failures.ofStream(ended, options.id(), transport));
                }
                reattach(ended);
                reattached = true;
            } catch (TimeoutException late) {
                throw giveUp(late(options.responseTimeout().orElseThrow(), late));
            } catch (InterruptedException interrupted) {
                throw giveUp(interrupted(interrupted));
            }
        }
    }

    /** Attaches a new stream within the lease and sends the pending command again. */
    private void reattach(StreamEndedException loss) {
        long deadline = deadline(lease);
        while (true) {
            try {
                stream = transport.attach(true);
                long executed = attach(deadline);
                if (executed != sequence && executed != sequence - 1) {
                    throw giveUp(ProtocolException.at(
                            "OpenResult.last_sequence", (sequence - 1) + " or " + sequence, executed));
                }
                stream.send(Objects.requireNonNull(pending));
                return;
            } catch (StreamEndedException ended) {
                // The server may not have noticed yet that the old connection is gone.
                boolean again =
                        ended.connectionLost() || ended.failure().stream().anyMatch(Failures::alreadyAttached);
                if (closed || !again || transport.obituary(Duration.ZERO).isPresent()) {
                    throw giveUp(Failures.ofStream(ended, options.id(), transport));
                }
                LockSupport.parkNanos(this, REATTACH_PAUSE.toNanos());
            } catch (TimeoutException late) {
                throw giveUp(new ServerLostException(
                        "The connection to the environment server at " + transport.address()
                                + " broke and could not be restored within the lease of " + lease.toMillis() + " ms",
                        loss));
            } catch (InterruptedException interrupted) {
                throw giveUp(interrupted(interrupted));
            }
        }
    }

    /** Opens the stream and returns the number of the last command that the session has executed. */
    private long attach(long deadline) throws StreamEndedException, TimeoutException, InterruptedException {
        stream.send(open);
        AttachResponse response = stream.await(deadline);
        if (!response.hasOpened() || response.getSequence() != 0) {
            throw ProtocolException.at(
                    "AttachResponse",
                    "OPENED with sequence 0",
                    response.getResultCase() + " with sequence " + response.getSequence());
        }
        return response.getOpened().getLastSequence();
    }

    /** Ends the session because of an error and returns the error. */
    EnvironmentException giveUp(EnvironmentException error) {
        lost = error;
        if (stream != null) {
            stream.cancel("given up by the client");
        }
        return error;
    }

    /** Closes the session on the server. Any thread may call this method, also repeatedly. */
    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            stream.halfClose();
            if (!stream.awaitEnd(CLOSE_TIMEOUT).status().isOk()) {
                endLease();
            }
        } catch (TimeoutException late) {
            endLease();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            stream.cancel("closed");
        }
    }

    /** The stream did not end in order: closes a session that would outlive it. The server may be gone. */
    private void endLease() {
        if (lease.isZero()) {
            return;
        }
        try {
            CloseSessionRequest request = CloseSessionRequest.newBuilder()
                    .setSessionId(open.getOpen().getSessionId())
                    .build();
            var unused = EnvironmentServiceGrpc.newBlockingStub(transport.channel())
                    .withDeadlineAfter(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
                    .closeSession(request);
        } catch (StatusRuntimeException gone) {
            // Then the session is gone too, or will be when its lease ends.
        }
    }

    private EnvironmentException late(Duration limit, TimeoutException cause) {
        return new ServerLostException(
                "The environment server at " + transport.address() + " did not answer for " + options.id() + " within "
                        + limit.toMillis() + " ms",
                cause);
    }

    private EnvironmentException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new EnvironmentException("Interrupted while waiting for " + options.id(), cause);
    }

    private static long deadline(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
