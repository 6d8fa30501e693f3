package dev.gangway.bridge.client;

import dev.gangway.environment.EnvironmentException;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import io.grpc.Status;
import java.util.Map;

/**
 * Reports that the server refused a request or that the environment threw an exception. The message is the server's own
 * and says what was expected, what was found, where, and what to do. The {@link RemoteVectorEnv} that throws this
 * exception can be used further.
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

    /** Returns the reason in a form that programs can test. */
    public FailureReason reason() {
        return reason;
    }

    /** Returns further facts in a form that programs can read. {@code FailureReason} lists their names. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Returns Python's traceback if the environment threw an exception, otherwise the empty string. */
    public String traceback() {
        return traceback;
    }
}
