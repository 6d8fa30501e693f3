import org.jspecify.annotations.NullMarked;

/** The contract's messages to and from Java's types: for the rooms of Gangway, and promised to nobody else. */
@NullMarked
@SuppressWarnings("module") // the rooms above are compiled later
module dev.gangway.codec {
    exports dev.gangway.codec to
            dev.gangway.bridge,
            dev.gangway.learning,
            dev.gangway.cli;

    requires transitive com.google.protobuf;
    requires transitive dev.gangway.environment;
    requires transitive dev.gangway.messages;
    requires static transitive org.jspecify;
}
