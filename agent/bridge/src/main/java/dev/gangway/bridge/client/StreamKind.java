package dev.gangway.bridge.client;

/** How a session's messages travel; what they say, and every error, is the same. */
public enum StreamKind {
    /** Direct where the server offers it and shares this machine, else gRPC. */
    AUTO,
    /** As a stream of gRPC. */
    GRPC,
    /** Over a Unix socket without gRPC; connecting fails when that is not possible. */
    DIRECT
}
