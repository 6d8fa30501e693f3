package dev.gangway.bridge.client;

import dev.gangway.v1.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;

/** Reports that a stream has ended. */
@SuppressWarnings("serial") // never leaves this package
final class StreamEndedException extends Exception {
    private final Status status;
    private final Optional<Failure> failure;
    private final boolean announced;

    StreamEndedException(Status status, Metadata trailers, boolean announced) {
        this(status, Failures.find(status, trailers), announced);
    }

    StreamEndedException(Status status, Optional<Failure> failure, boolean announced) {
        super(status.toString(), status.getCause());
        this.status = status;
        this.failure = failure;
        this.announced = announced;
    }

    Status status() {
        return status;
    }

    /** Returns the reason that the server gave; empty when the connection was lost without one. */
    Optional<Failure> failure() {
        return failure;
    }

    /** Returns whether the server had announced that it would stop. */
    boolean announced() {
        return announced;
    }

    /** Returns whether the connection broke, in contrast to a stream that the server or this program ended. */
    boolean connectionLost() {
        return failure.isEmpty()
                && !announced
                && switch (status.getCode()) {
                    case UNAVAILABLE, INTERNAL, UNKNOWN, CANCELLED -> true;
                    default -> false;
                };
    }
}
