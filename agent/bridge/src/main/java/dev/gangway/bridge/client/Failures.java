package dev.gangway.bridge.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.environment.EnvironmentException;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns gRPC statuses into exceptions that tell a user of an environment what happened. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    static final Metadata.Key<com.google.rpc.Status> DETAILS = Metadata.Key.of(
            "grpc-status-details-bin", ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

    /** How long to wait for a private server's process to end once its connection is gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Failures() {}

    /** Returns the Failure that the server put into the details of a status, if any. */
    static Optional<Failure> find(Status status, Metadata trailers) {
        if (status.isOk() || trailers == null) {
            return Optional.empty();
        }
        try {
            com.google.rpc.Status details = trailers.get(DETAILS);
            for (Any detail : details == null ? List.<Any>of() : details.getDetailsList()) {
                if (detail.is(Failure.class)) {
                    return Optional.of(detail.unpack(Failure.class));
                }
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException malformed) {
            LOG.warn("The server sent status details that cannot be read", malformed); // the status itself still speaks
        }
        return Optional.empty();
    }

    /** Returns whether the session is attached to a stream that the server still takes for alive. */
    static boolean alreadyAttached(Failure failure) {
        return failure.getReason() == FailureReason.FAILURE_REASON_ALREADY_ATTACHED;
    }

    /**
     * Returns the error of a failed unary call.
     *
     * @param task what the call was for, e.g. "open CartPole-v1"
     */
    static EnvironmentException ofCall(StatusRuntimeException error, String task, Transport transport) {
        Optional<Failure> failure = find(error.getStatus(), error.getTrailers());
        if (failure.isPresent()) {
            return new RemoteEnvironmentException(failure.get());
        }
        return switch (error.getStatus().getCode()) {
            case UNAVAILABLE, CANCELLED -> lost(error.getStatus(), "Could not " + task + ": ", transport, error);
            case DEADLINE_EXCEEDED ->
                new ServerLostException(
                        "Could not " + task + ": the environment server at " + transport.address()
                                + " did not answer in time",
                        error);
            case UNIMPLEMENTED ->
                new ServerLostException(
                        "Could not " + task + ": what listens at " + transport.address()
                                + " is not a Gangway environment server (" + error.getMessage() + ")",
                        error);
            default ->
                new EnvironmentException(
                        "Could not " + task + ": the environment server at " + transport.address() + " failed with "
                                + error.getMessage(),
                        error);
        };
    }

    /** Returns the error of a session whose stream has ended. */
    static EnvironmentException ofStream(StreamEndedException end, String id, Transport transport) {
        if (end.announced()) {
            return new ServerLostException(
                    "The environment server at " + transport.address() + " stopped, as it had announced, and closed "
                            + id,
                    end);
        }
        if (end.failure().isPresent()) {
            return new RemoteEnvironmentException(end.failure().get());
        }
        if (end.status().isOk()) {
            String obituary =
                    transport.obituary(Duration.ZERO).map(text -> ": " + text).orElse("");
            return new ServerLostException(
                    "The environment server at " + transport.address() + " closed the session of " + id + obituary,
                    end);
        }
        return lost(end.status(), "", transport, end);
    }

    private static ServerLostException lost(Status status, String prefix, Transport transport, Exception cause) {
        String server = "the environment server at " + transport.address();
        Optional<String> obituary = transport.obituary(PATIENCE);
        String message = obituary.isPresent()
                ? server + " went away: " + obituary.get()
                : server + (refused(status) ? " cannot be reached: " : " went away: ") + describe(status);
        return new ServerLostException(
                prefix.isEmpty() ? Character.toUpperCase(message.charAt(0)) + message.substring(1) : prefix + message,
                cause);
    }

    private static boolean refused(Status status) {
        return root(status) instanceof SocketException || root(status) instanceof UnknownHostException;
    }

    private static String describe(Status status) {
        Throwable root = root(status);
        String text = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        return root == null || root.getMessage() == null ? text : text + " (" + root.getMessage() + ")";
    }

    private static Throwable root(Status status) {
        Throwable root = status.getCause();
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
