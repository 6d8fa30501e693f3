package dev.gangway.bridge.server;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.gangway.v1.FailureReason;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;

/**
 * Ends a call whose message cannot be parsed with INVALID_ARGUMENT in words. Where gRPC parses, the call ends with
 * UNKNOWN and a stack trace in the log, and its handler hears nothing if the client has sent more.
 */
final class MalformedRequests implements ServerInterceptor {
    private MalformedRequests() {}

    /** Returns a service whose requests are parsed behind an interceptor of this class. */
    static ServerServiceDefinition refusedBy(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useInputStreamMessages(service), new MalformedRequests());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                if (refused) {
                    return;
                }
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException failed) {
                    if (!(failed.getCause() instanceof InvalidProtocolBufferException)) {
                        throw failed;
                    }
                    refused = true;
                    super.onCancel(); // frees what the call holds
                    StatusRuntimeException status = RequestFailed.of(
                                    FailureReason.FAILURE_REASON_MALFORMED,
                                    "A message to /"
                                            + call.getMethodDescriptor().getFullMethodName()
                                            + " cannot be read: expected the call's request in the encoding of protobuf.")
                            .status();
                    call.close(status.getStatus(), status.getTrailers());
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }

            @Override
            public void onCancel() {
                if (!refused) {
                    super.onCancel();
                }
            }

            @Override
            public void onComplete() {
                if (!refused) {
                    super.onComplete();
                }
            }
        };
    }
}
