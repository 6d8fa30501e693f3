package dev.gangway.bridge.client;

/** Says how the messages of a session travel. Their content, and every error, is the same. */
public enum StreamKind {
    /** Without gRPC if the server offers direct streams and shares this machine, otherwise with gRPC. */
    AUTO,
    /** In a stream of gRPC. */
    GRPC,
    /** Over a Unix socket without gRPC. Connecting fails when that is not possible. */
    DIRECT
}
