import org.jspecify.annotations.NullMarked;

/**
 * Translates between the messages of the contract and Java's types. The package is for the modules of Gangway only; its
 * interface is not promised to anybody else.
 */
@NullMarked
@SuppressWarnings("module") // the rooms above are compiled later
module dev.gangway.codec {
    exports dev.gangway.codec to
            dev.gangway.bridge,
            dev.gangway.inference,
            dev.gangway.learning,
            dev.gangway.cli;

    requires transitive com.google.protobuf;
    requires transitive dev.gangway.environment;
    requires transitive dev.gangway.messages;
    requires static transitive org.jspecify;
}
