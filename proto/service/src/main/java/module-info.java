/** The stubs of the environment service. */
module dev.gangway.grpc {
    exports dev.gangway.v1.service;

    requires transitive dev.gangway.messages;
    requires transitive io.grpc;
    requires transitive io.grpc.stub;
    requires com.google.common;
    requires io.grpc.protobuf;
}
