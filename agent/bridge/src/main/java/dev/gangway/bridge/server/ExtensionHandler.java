package dev.gangway.bridge.server;

import com.google.protobuf.Any;
import java.util.Optional;

/** Hears what clients say beyond the protocol in messages of one type; called by the threads of several sessions at once. */
@FunctionalInterface
public interface ExtensionHandler {
    /**
     * Takes a message, before the command that came with it is executed.
     *
     * @param value the message, of the type that this handler is for
     * @return what is to stand in the answer; empty for nothing
     */
    Optional<Any> handle(Any value);
}
