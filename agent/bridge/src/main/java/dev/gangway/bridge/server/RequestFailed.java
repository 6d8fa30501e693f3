package dev.gangway.bridge.server;

import com.google.protobuf.Any;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A request failed in a way that the protocol has words for: an answer on a stream, or the status of a call. */
final class RequestFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A client accepts 8 KiB of trailing metadata, in which the message stands percent-encoded and the details, which
     * repeat it, in base64.
     */
    private static final int STATUS_MESSAGE_BYTES = 1000;

    private static final int STATUS_TRACEBACK_BYTES = 1500;
    private static final int STATUS_METADATA_BYTES = 800;
    private static final int FAILURE_TEXT_CHARACTERS = 20_000;

    private final transient Failure failure;

    private RequestFailed(Failure failure, Throwable cause) {
        super(failure.getMessage(), cause);
        this.failure = failure;
    }

    /**
     * Returns a failure.
     *
     * @param facts the metadata that {@link FailureReason} lists for the reason
     */
    static RequestFailed of(FailureReason reason, String message, Map<String, ?> facts) {
        return of(codeOf(reason), reason, message, facts, null);
    }

    /** Returns a failure without metadata. */
    static RequestFailed of(FailureReason reason, String message) {
        return of(reason, message, Map.of());
    }

    /** Returns the failure of a call that took too long. */
    static RequestFailed late(String message) {
        return of(Status.Code.DEADLINE_EXCEEDED, FailureReason.FAILURE_REASON_UNSPECIFIED, message, Map.of(), null);
    }

    /**
     * Returns the failure for what came out of an environment's code.
     *
     * @param doing what the server was about, e.g. "step"
     */
    static RequestFailed environmentRaised(Throwable error, String doing) {
        return of(
                Status.Code.ABORTED,
                FailureReason.FAILURE_REASON_ENVIRONMENT_RAISED,
                "The environment raised " + error.getClass().getSimpleName() + " in " + doing + ": "
                        + error.getMessage(),
                Map.of("exception", error.getClass().getName()),
                error);
    }

    /** Returns the failure for what came out of this server's own code. */
    static RequestFailed defect(Throwable error) {
        return of(
                Status.Code.INTERNAL,
                FailureReason.FAILURE_REASON_UNSPECIFIED,
                "The server has a defect: " + error + ". Please report it with the traceback.",
                Map.of(),
                error);
    }

    private static RequestFailed of(
            Status.Code code, FailureReason reason, String message, Map<String, ?> facts, Throwable cause) {
        Failure.Builder failure = Failure.newBuilder()
                .setCode(code.value())
                .setReason(reason)
                .setMessage(portable(message, FAILURE_TEXT_CHARACTERS));
        new TreeMap<>(facts).forEach((name, fact) -> failure.putMetadata(name, portable(fact.toString(), 4096)));
        if (cause != null) {
            StringWriter trace = new StringWriter();
            cause.printStackTrace(new PrintWriter(trace));
            failure.setTraceback(portable(trace.toString(), FAILURE_TEXT_CHARACTERS));
        }
        return new RequestFailed(failure.build(), cause);
    }

    /** Returns the answer on a stream. */
    Failure failure() {
        return failure;
    }

    /** Returns the status of a call, which carries the failure, shortened, in its details. */
    StatusRuntimeException status() {
        Failure.Builder shortened = failure.toBuilder()
                .setMessage(cut(failure.getMessage(), STATUS_MESSAGE_BYTES))
                .setTraceback(cut(failure.getTraceback(), STATUS_TRACEBACK_BYTES));
        failure.getMetadataMap()
                .forEach((name, fact) ->
                        shortened.putMetadata(name, cut(fact, STATUS_METADATA_BYTES / failure.getMetadataCount())));
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(failure.getCode())
                .setMessage(shortened.getMessage())
                .addDetails(Any.pack(shortened.build()))
                .build());
    }

    private static Status.Code codeOf(FailureReason reason) {
        return switch (reason) {
            case FAILURE_REASON_UNKNOWN_ENVIRONMENT, FAILURE_REASON_UNKNOWN_SESSION -> Status.Code.NOT_FOUND;
            case FAILURE_REASON_ENVIRONMENT_NOT_ALLOWED, FAILURE_REASON_ARGUMENT_NOT_ALLOWED ->
                Status.Code.PERMISSION_DENIED;
            case FAILURE_REASON_INVALID_SETTING,
                    FAILURE_REASON_INVALID_ACTION,
                    FAILURE_REASON_INVALID_RESET,
                    FAILURE_REASON_MALFORMED -> Status.Code.INVALID_ARGUMENT;
            case FAILURE_REASON_SESSION_LIMIT -> Status.Code.RESOURCE_EXHAUSTED;
            case FAILURE_REASON_ENVIRONMENT_RAISED -> Status.Code.ABORTED;
            case FAILURE_REASON_UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
            case FAILURE_REASON_DRAINING -> Status.Code.UNAVAILABLE;
            case FAILURE_REASON_UNSPECIFIED -> Status.Code.INTERNAL;
            default -> Status.Code.FAILED_PRECONDITION;
        };
    }

    /** Lone surrogates, which UTF-8 cannot hold, become question marks. */
    private static String portable(String text, int characters) {
        String encodable = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return encodable.length() <= characters ? encodable : encodable.substring(0, characters);
    }

    private static String cut(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= size) {
            return text;
        }
        int end = size;
        while ((bytes[end] & 0xC0) == 0x80) { // not within a character
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "…";
    }
}
