package dev.gangway.bridge.conformance;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a server, by gRPC's reflection service, which services it offers. */
final class Reflection {
    private Reflection() {}

    /**
     * Returns the names of the services that a server offers.
     *
     * @param reflection the full name of the reflection service, in a version that has the messages of v1
     * @throws io.grpc.StatusRuntimeException when the server has no such service
     */
    static List<String> services(Channel channel, String reflection, int seconds)
            throws InterruptedException, TimeoutException {
        MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method =
                ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder(
                                ProtoUtils.marshaller(ServerReflectionRequest.getDefaultInstance()),
                                ProtoUtils.marshaller(ServerReflectionResponse.getDefaultInstance()))
                        .setFullMethodName(MethodDescriptor.generateFullMethodName(reflection, "ServerReflectionInfo"))
                        .build();
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(method, CallOptions.DEFAULT), new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable error) {
                        answer.completeExceptionally(error);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new AssertionError("Expected a list of services, found none"));
                    }
                });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        requests.onCompleted();
        try {
            return answer.get(seconds, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                    .map(ServiceResponse::getName)
                    .toList();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new AssertionError(failed.getCause());
        }
    }
}
