/** The messages of the contract between agent and environment server. */
module dev.gangway.messages {
    exports dev.gangway.v1;

    requires transitive com.google.protobuf;
}
