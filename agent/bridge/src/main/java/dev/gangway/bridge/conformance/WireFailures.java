package dev.gangway.bridge.conformance;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.Failure;
import dev.gangway.v1.FailureReason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/**
 * Reads failures, which the protocol carries in a response or in the details of a status, and compares them with the
 * expected ones.
 */
final class WireFailures {
    private WireFailures() {}

    /** A unary call that is expected to fail. */
    interface Call {
        void run();
    }

    /** Returns the failure in the details of a status. */
    static Failure of(Throwable error) {
        com.google.rpc.Status status = StatusProto.fromThrowable(error);
        try {
            for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
                if (detail.is(Failure.class)) {
                    Failure failure = detail.unpack(Failure.class);
                    Expect.equal(Status.fromThrowable(error).getCode().value(), failure.getCode());
                    return failure;
                }
            }
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError("Expected a Failure in the details of " + error + ", found " + malformed, error);
        }
        throw new AssertionError("Expected a Failure in the details of " + error + ", found none", error);
    }

    /** Runs a call and checks that it fails with this code and reason. */
    static void expect(Status.Code code, FailureReason reason, Call call) {
        expect(code, reason, of(Expect.refused(StatusRuntimeException.class, call::run)));
    }

    /** Checks that a command failed with this code and reason in its response. */
    static void expect(Status.Code code, FailureReason reason, AttachResponse response) {
        Expect.equal(AttachResponse.ResultCase.FAILURE, response.getResultCase());
        expect(code, reason, response.getFailure());
    }

    /** Checks that a failure has this code and reason, and a message. */
    static void expect(Status.Code code, FailureReason reason, Failure failure) {
        Expect.equal(reason, failure.getReason(), failure.getMessage());
        Expect.equal(code, Status.fromCodeValue(failure.getCode()).getCode(), "code of " + reason);
        Expect.that(!failure.getMessage().isEmpty(), () -> "Expected a message with " + reason + ", found none");
    }
}
