package dev.gangway.bridge.client;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import io.grpc.Status;
import java.util.Map;

/**
 * The server refused a request, or the environment raised. The message is the server's own: what was expected, what was
 * found, where, and what to do. A {@link RemoteVectorEnv} that throws this still stands and takes further requests.
 */
public final class RemoteEnvironmentException extends EnvironmentException {
    private static final long serialVersionUID = 1L;

    private final Status.Code code;
    private final FailureReason reason;
    private final Map<String, String> metadata;
    private final String traceback;

    RemoteEnvironmentException(Failure failure) {
        super(failure.getMessage().isEmpty() ? "The environment server gave no message" : failure.getMessage());
        this.code = Status.fromCodeValue(failure.getCode()).getCode();
        this.reason = failure.getReason();
        this.metadata = Map.copyOf(failure.getMetadataMap());
        this.traceback = failure.getTraceback();
    }

    /** Returns the gRPC status code. */
    public Status.Code code() {
        return code;
    }

    /** Returns why, for programs. */
    public FailureReason reason() {
        return reason;
    }

    /** Returns facts for programs, by the names that {@code FailureReason} lists. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Returns Python's traceback when the environment raised, otherwise the empty string. */
    public String traceback() {
        return traceback;
    }
}
