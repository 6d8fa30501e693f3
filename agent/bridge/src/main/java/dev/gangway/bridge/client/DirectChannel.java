package dev.gangway.bridge.client;

import com.google.protobuf.Any;
import dev.gangway.v1.AttachRequest;
import dev.gangway.v1.AttachResponse;
import dev.gangway.v1.Failure;
import dev.gangway.v1.service.EnvironmentServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC channel whose {@code Attach} calls are direct streams, so that whatever is written for gRPC's streams, as the
 * protocol's checks are, runs over direct ones. Each has a thread of its own; sessions use {@link DirectStream} itself.
 */
final class DirectChannel extends Channel {
    private final Channel grpc;
    private final ServerAddress.Unix address;

    DirectChannel(Channel grpc, ServerAddress.Unix address) {
        this.grpc = grpc;
        this.address = address;
    }

    @Override
    @SuppressWarnings("unchecked") // the method says which types
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
        boolean attach = method.getFullMethodName()
                .equals(EnvironmentServiceGrpc.getAttachMethod().getFullMethodName());
        return attach ? (ClientCall<Q, R>) new Call() : grpc.newCall(method, options);
    }

    @Override
    public String authority() {
        return grpc.authority();
    }

    private final class Call extends ClientCall<AttachRequest, AttachResponse> {
        private @Nullable DirectStream stream;

        @Override
        public void start(Listener<AttachResponse> listener, Metadata headers) {
            DirectStream started;
            try {
                started = DirectStream.start(address, ended -> {});
                stream = started;
            } catch (StreamEndedException failed) {
                close(listener, failed);
                return;
            }
            Thread thread = new Thread(() -> read(started, listener), "gangway-direct-call");
            thread.setDaemon(true);
            thread.start();
        }

        private void read(DirectStream started, Listener<AttachResponse> listener) {
            while (true) {
                try {
                    listener.onMessage(started.await(Long.MAX_VALUE));
                } catch (StreamEndedException ended) {
                    close(listener, ended);
                    return;
                } catch (TimeoutException | InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
            }
        }

        private void close(Listener<AttachResponse> listener, StreamEndedException end) {
            Metadata trailers = new Metadata();
            Optional<Failure> failure = end.failure();
            if (failure.isPresent()) {
                trailers.put(
                        Failures.DETAILS,
                        com.google.rpc.Status.newBuilder()
                                .setCode(failure.get().getCode())
                                .setMessage(failure.get().getMessage())
                                .addDetails(Any.pack(failure.get()))
                                .build());
            }
            listener.onClose(end.status(), trailers);
        }

        @Override
        public void request(int messages) {
            // There is one response to a request, so that nothing can be flooded.
        }

        @Override
        public void sendMessage(AttachRequest request) {
            if (stream != null) {
                stream.send(request);
            }
        }

        @Override
        public void halfClose() {
            if (stream != null) {
                stream.halfClose();
            }
        }

        @Override
        public void cancel(String message, Throwable cause) {
            if (stream != null) {
                stream.cancel(message);
            }
        }
    }
}
